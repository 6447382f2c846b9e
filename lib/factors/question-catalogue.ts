/** A question in several languages; `en` is what everybody else reads. */
export type Question = { readonly en: string } & Readonly<Record<string, string>>;

/** Questions by their ids. */
export type Questions = Readonly<Record<string, Question>>;

/**
 * Ours. Chosen so that the answer stands in no register and on few profiles, does not change, and is one word or two (OWASP, Choosing and Using Security Questions).
 * None of them is a secret to who knows the person: that is what is wrong with all such questions.
 */
export const OUR_QUESTIONS: Questions = {
  "first-friend": {
    en: "What was the first name of your best friend when you started school?",
    de: "Wie hieß Ihre beste Freundin oder Ihr bester Freund bei der Einschulung mit Vornamen?",
    es: "¿Cuál era el nombre de pila de su mejor amigo o amiga cuando empezó el colegio?",
    fr: "Quel était le prénom de votre meilleur ami ou amie à votre entrée à l’école ?",
    ja: "小学校に入学した頃の親友の下の名前は何ですか。",
    "zh-TW": "剛上小學時，您最好的朋友叫什麼名字？",
  },
  "first-teacher": {
    en: "What was the last name of your first teacher?",
    de: "Wie hieß Ihre erste Lehrerin oder Ihr erster Lehrer mit Nachnamen?",
    es: "¿Cuál era el apellido de su primer maestro o maestra?",
    fr: "Quel était le nom de famille de votre premier instituteur ou institutrice ?",
    ja: "小学校で最初の担任の先生の名字は何ですか。",
    "zh-TW": "您的第一位班導師姓什麼、叫什麼？",
  },
  "first-job": {
    en: "In which town did you have your first job?",
    de: "In welchem Ort hatten Sie Ihre erste Arbeitsstelle?",
    es: "¿En qué localidad tuvo su primer trabajo?",
    fr: "Dans quelle ville avez-vous eu votre premier emploi ?",
    ja: "初めて働いた場所の市区町村はどこですか。",
    "zh-TW": "您的第一份工作在哪個城鎮？",
  },
  grandmother: {
    en: "In which town did your mother’s mother live when you were a child?",
    de: "In welchem Ort wohnte die Mutter Ihrer Mutter, als Sie ein Kind waren?",
    es: "¿En qué localidad vivía la madre de su madre cuando usted era niño o niña?",
    fr: "Dans quelle ville habitait la mère de votre mère quand vous étiez enfant ?",
    ja: "子どもの頃、母方の祖母が住んでいた市区町村はどこですか。",
    "zh-TW": "您小時候，外婆住在哪個城鎮？",
  },
  "first-concert": {
    en: "Who played at the first concert you went to?",
    de: "Wer spielte auf dem ersten Konzert, das Sie besucht haben?",
    es: "¿Quién tocó en el primer concierto al que fue?",
    fr: "Qui jouait au premier concert auquel vous êtes allé ?",
    ja: "初めて行ったコンサートは誰の公演でしたか。",
    "zh-TW": "您第一次聽的演唱會是誰的？",
  },
  "first-book": {
    en: "What was the title of the first book that you read by yourself?",
    de: "Wie hieß das erste Buch, das Sie allein gelesen haben?",
    es: "¿Cómo se titulaba el primer libro que leyó por su cuenta?",
    fr: "Quel était le titre du premier livre que vous avez lu seul ?",
    ja: "自分ひとりで最初に読み通した本の題名は何ですか。",
    "zh-TW": "您第一本自己讀完的書叫什麼書名？",
  },
  nickname: {
    en: "What did your family call you when you were a child?",
    de: "Wie nannte Sie Ihre Familie, als Sie ein Kind waren?",
    es: "¿Cómo le llamaba su familia cuando era niño o niña?",
    fr: "Comment votre famille vous appelait-elle quand vous étiez enfant ?",
    ja: "子どもの頃、家族から何と呼ばれていましたか。",
    "zh-TW": "您小時候，家人怎麼叫您？",
  },
  toy: {
    en: "What was your favourite toy called when you were a child?",
    de: "Wie hieß Ihr liebstes Spielzeug, als Sie ein Kind waren?",
    es: "¿Cómo se llamaba su juguete favorito cuando era niño o niña?",
    fr: "Comment s’appelait votre jouet préféré quand vous étiez enfant ?",
    ja: "子どもの頃、いちばん大切にしていたおもちゃの名前は何ですか。",
    "zh-TW": "您小時候最喜歡的玩具叫什麼？",
  },
  "first-flight": {
    en: "Where did the first flight of your life take you?",
    de: "Wohin führte der erste Flug Ihres Lebens?",
    es: "¿A dónde le llevó el primer vuelo de su vida?",
    fr: "Où vous a mené le premier vol de votre vie ?",
    ja: "人生で初めて飛行機に乗って行った場所はどこですか。",
    "zh-TW": "您生平第一次搭飛機去了哪裡？",
  },
  meal: {
    en: "What is the first dish that you learned to cook?",
    de: "Welches Gericht haben Sie als erstes kochen gelernt?",
    es: "¿Cuál es el primer plato que aprendió a cocinar?",
    fr: "Quel est le premier plat que vous avez appris à cuisiner ?",
    ja: "最初に作れるようになった料理は何ですか。",
    "zh-TW": "您學會的第一道菜是什麼？",
  },
};

/** In a language (BCP 47): of the exact one, else of the language without its region, else English. */
export const questionIn = (question: Question, locale: string): string =>
  question[locale] ?? question[locale.split("-")[0] as string] ?? question.en;
