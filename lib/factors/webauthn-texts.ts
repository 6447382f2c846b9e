import type { FactorDefinition } from "./definition.ts";

type Texts = FactorDefinition["texts"];

/** What people read about passkeys. `field` is what an error speaks of: nothing is typed. */
export const passkeyTexts: Texts = {
  en: {
    label: "Use a passkey",
    name: "Passkey",
    field: "Passkey",
    hint: "Your device asks for your fingerprint, your face or its PIN.",
    begin: "Use a passkey",
  },
  de: {
    label: "Passkey verwenden",
    name: "Passkey",
    field: "Passkey",
    hint: "Ihr Gerät fragt nach Ihrem Fingerabdruck, Ihrem Gesicht oder seiner PIN.",
    begin: "Passkey verwenden",
  },
  es: {
    label: "Usar una llave de acceso",
    name: "Llave de acceso",
    field: "Llave de acceso",
    hint: "Su dispositivo le pedirá la huella, el rostro o su PIN.",
    begin: "Usar una llave de acceso",
  },
  fr: {
    label: "Utiliser une clé d’accès",
    name: "Clé d’accès",
    field: "Clé d’accès",
    hint: "Votre appareil vous demande votre empreinte, votre visage ou son code.",
    begin: "Utiliser une clé d’accès",
  },
  ja: {
    label: "パスキーを使う",
    name: "パスキー",
    field: "パスキー",
    hint: "端末の指紋認証、顔認証またはPINで確認します。",
    begin: "パスキーを使う",
  },
  "zh-TW": {
    label: "使用通行密鑰",
    name: "通行密鑰",
    field: "通行密鑰",
    hint: "您的裝置會要求指紋、臉部辨識或裝置 PIN 碼。",
    begin: "使用通行密鑰",
  },
};

/** What people read about security keys. */
export const securityKeyTexts: Texts = {
  en: {
    label: "Use your security key",
    name: "Security key",
    field: "Security key",
    hint: "Have your key at hand. You plug it in or hold it to the device, and touch it.",
    begin: "Use your security key",
  },
  de: {
    label: "Sicherheitsschlüssel verwenden",
    name: "Sicherheitsschlüssel",
    field: "Sicherheitsschlüssel",
    hint: "Halten Sie Ihren Schlüssel bereit. Sie stecken ihn ein oder halten ihn ans Gerät und berühren ihn.",
    begin: "Sicherheitsschlüssel verwenden",
  },
  es: {
    label: "Usar su llave de seguridad",
    name: "Llave de seguridad",
    field: "Llave de seguridad",
    hint: "Tenga a mano su llave. Conéctela o acérquela al dispositivo y tóquela.",
    begin: "Usar su llave de seguridad",
  },
  fr: {
    label: "Utiliser votre clé de sécurité",
    name: "Clé de sécurité",
    field: "Clé de sécurité",
    hint: "Gardez votre clé à portée de main. Branchez-la ou approchez-la de l’appareil, puis touchez-la.",
    begin: "Utiliser votre clé de sécurité",
  },
  ja: {
    label: "セキュリティキーを使う",
    name: "セキュリティキー",
    field: "セキュリティキー",
    hint: "セキュリティキーをご用意ください。端末に挿すか近づけて、キーに触れます。",
    begin: "セキュリティキーを使う",
  },
  "zh-TW": {
    label: "使用安全金鑰",
    name: "安全金鑰",
    field: "安全金鑰",
    hint: "請準備好您的安全金鑰，插入或靠近裝置後觸碰它。",
    begin: "使用安全金鑰",
  },
};
