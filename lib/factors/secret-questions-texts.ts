import type { FactorDefinition } from "./definition.ts";

export const secretQuestionsTexts: FactorDefinition["texts"] = {
  en: {
    label: "Answer your secret questions",
    name: "Secret questions",
    field: "Answers",
    hint: "Write what you wrote when you set them up. Case, spaces and punctuation do not matter.",
  },
  de: {
    label: "Sicherheitsfragen beantworten",
    name: "Sicherheitsfragen",
    field: "Antworten",
    hint: "Schreiben Sie, was Sie beim Einrichten geschrieben haben. Groß- und Kleinschreibung, Leerzeichen und Satzzeichen sind gleichgültig.",
  },
  es: {
    label: "Responder a sus preguntas secretas",
    name: "Preguntas secretas",
    field: "Respuestas",
    hint: "Escriba lo mismo que cuando las configuró. Las mayúsculas, los espacios y la puntuación no importan.",
  },
  fr: {
    label: "Répondre à vos questions secrètes",
    name: "Questions secrètes",
    field: "Réponses",
    hint: "Écrivez ce que vous aviez écrit lors de la configuration. Les majuscules, les espaces et la ponctuation ne comptent pas.",
  },
  ja: {
    label: "秘密の質問に答える",
    name: "秘密の質問",
    field: "答え",
    hint: "設定したときと同じ答えを入力してください。大文字と小文字、空白、記号の違いは問いません。",
  },
  "zh-TW": {
    label: "回答您的安全提問",
    name: "安全提問",
    field: "答案",
    hint: "請輸入設定時填寫的答案。大小寫、空格與標點符號不影響。",
  },
};
