import type { FactorDefinition } from "./definition.ts";

export const delegateTexts: FactorDefinition["texts"] = {
  en: {
    label: "Ask a person you trust",
    name: "Person you trust",
    field: "Number that the person reads out",
    hint: "If somebody has agreed to stand for you, we have asked them. Call them: they will read out a number.",
    begin: "Ask them",
  },
  de: {
    label: "Eine Vertrauensperson fragen",
    name: "Vertrauensperson",
    field: "Zahl, die die Person vorliest",
    hint: "Hat jemand zugesagt, für Sie einzustehen, so haben wir die Person gefragt. Rufen Sie sie an: Sie liest Ihnen eine Zahl vor.",
    begin: "Fragen",
  },
  es: {
    label: "Pedir ayuda a una persona de confianza",
    name: "Persona de confianza",
    field: "Número que le lee la persona",
    hint: "Si alguien aceptó responder por usted, le hemos avisado. Llámele: le leerá un número.",
    begin: "Pedir ayuda",
  },
  fr: {
    label: "Demander à une personne de confiance",
    name: "Personne de confiance",
    field: "Nombre que la personne vous lit",
    hint: "Si quelqu’un a accepté de se porter garant pour vous, nous l’avons prévenu. Appelez cette personne : elle vous lira un nombre.",
    begin: "Demander",
  },
  ja: {
    label: "信頼できる人に頼む",
    name: "信頼できる人",
    field: "相手が読み上げる番号",
    hint: "あなたの確認を引き受けた方がいれば、その方に連絡しました。電話をかけて、番号を読み上げてもらってください。",
    begin: "頼む",
  },
  "zh-TW": {
    label: "請信任的人協助",
    name: "信任的人",
    field: "對方唸出的號碼",
    hint: "如果有人答應為您作證，我們已通知對方。請打電話給對方，請對方唸出號碼。",
    begin: "請求協助",
  },
};
