/** French: the texts of a recovery, and of new passwords. */
export const recoveryFr = {
  "recovery.title": "Mot de passe oublié ?",
  "recovery.intro": "Saisissez le nom d’utilisateur ou l’adresse de votre compte.",
  "recovery.identifier": "Nom d’utilisateur ou adresse e-mail",
  "recovery.next": "Continuer",
  "recovery.offer": "Est-ce possible maintenant ? Si vous ne l’avez pas configuré, choisissez « Non ».",
  "recovery.yes": "Oui",
  "recovery.no": "Non, autrement",
  "recovery.choose": "Comment voulez-vous continuer ?",
  "recovery.neither": "Aucun de ces moyens",
  "recovery.failed": "Cela n’a pas fonctionné.",
  "recovery.again": "Réessayer",
  "recovery.anotherWay": "Un autre moyen",
  "recovery.notArrived": "Rien n’est arrivé",
  "recovery.gaveUp": "Cela ne fonctionne pas",
  "recovery.waiting": "Cette page continue d’elle-même. Sans JavaScript, rechargez-la.",
  "recovery.look": "Regarder à nouveau",
  "recovery.more": "Il faut une preuve de plus",
  "recovery.moreIntro":
    "Votre compte a un second facteur. Choisissez un autre moyen de confirmer que c’est bien vous.",
  "recovery.hold": "Veuillez patienter",
  "recovery.holdIntro":
    "Ce que vous avez prouvé est insuffisant. Vous pourrez choisir un nouveau mot de passe dans {time}. Revenez sur cette page avec ce navigateur.",
  "recovery.reset": "Choisissez un nouveau mot de passe",
  "recovery.password": "Nouveau mot de passe",
  "recovery.show": "Afficher le mot de passe",
  "recovery.least":
    "Au moins {n} caractères. Quelques mots sans rapport entre eux se retiennent bien et se devinent mal.",
  "recovery.save": "Enregistrer le mot de passe",
  "recovery.done": "Votre mot de passe est changé",
  "recovery.doneIntro": "Vous êtes déconnecté partout. Connectez-vous avec le nouveau mot de passe.",
  "recovery.signIn": "Se connecter",
  "recovery.ended": "Votre clé de sécurité est nécessaire",
  "recovery.endedIntro": "Sans votre clé de sécurité, ce compte ne peut pas être récupéré ici.",
  "recovery.none": "Il ne reste aucun moyen",
  "recovery.noneIntro":
    "Aucun des moyens n’a abouti. Recommencez si vous en avez refusé un dont vous disposez.",
  "recovery.support": "Vous pouvez vous adresser à {contact}.",
  "recovery.moved": "Il s’est passé quelque chose depuis l’ouverture de cette page. Voici où vous en êtes.",
  "recovery.over": "Cette récupération est terminée. Recommencez.",
  "recovery.gone":
    "Cette récupération est terminée ici : elle a expiré ou se poursuit dans un autre navigateur.",
  "recovery.expires": "Il vous reste {time}.",
  "password.short": "Utilisez au moins {n} caractères",
  "password.long": "Utilisez au plus {n} caractères",
  "password.common": "C’est l’un des mots de passe essayés en premier. Choisissez-en un autre",
  "password.context":
    "Il ressemble trop à votre nom, à votre adresse ou au nom de ce site. Choisissez-en un autre",
  "password.breached": "Ce mot de passe est connu à la suite d’une fuite de données. Choisissez-en un autre",
  "password.refused": "Ce mot de passe ne peut pas être utilisé. Choisissez-en un autre",
  "error.password_refused": "Ce mot de passe ne peut pas être utilisé. Choisissez-en un autre",
  "error.reset_failed": "Le mot de passe n’a pas pu être enregistré. Réessayez dans un instant",
  "recovery.link": "M’envoyer un lien par e-mail",
  "recovery.linkSent":
    "Si c’est configuré, un lien est en route vers la boîte de réception. Ouvrez-le dans le navigateur où vous voulez continuer ; cette page est alors terminée.",
  "recovery.linkTitle": "Revenir dans votre compte",
  "recovery.linkGo": "Continuer",
  "recovery.linkOver": "Ce lien a expiré ou a déjà servi. Recommencez.",
  "recovery.linkPaste": "Collez le lien ici",
  "recovery.cancelTitle": "Mettre fin à cette récupération ?",
  "recovery.cancelIntro":
    "Quelqu’un veut choisir un nouveau mot de passe pour votre compte. Si ce n’est pas vous, mettez-y fin ici. Vous n’avez pas besoin de vous connecter.",
  "recovery.cancelGo": "Y mettre fin",
  "recovery.cancelDone": "La récupération est terminée",
  "recovery.cancelDoneIntro":
    "Elle ne permet plus de choisir un nouveau mot de passe. Connectez-vous et vérifiez ce qui est enregistré pour votre compte.",
  "recovery.cancelOver": "Cette récupération est déjà terminée.",
  "recovery.newCode":
    "Ce code remplace celui que vous avez utilisé. Gardez-le avec les autres : il n’est affiché qu’ici.",
  "mail.password_reset.subject": "Le mot de passe de votre compte {app} a été changé",
  "mail.password_reset":
    "Le mot de passe de votre compte {app} a été changé après une récupération. Vous êtes déconnecté partout et les appareils mémorisés sont oubliés.",
  "mail.recovery_held.subject": "Quelqu’un veut changer le mot de passe de votre compte {app}",
  "mail.recovery_held":
    "Quelqu’un a oublié le mot de passe de votre compte {app} et a prouvé en partie son identité. Un nouveau mot de passe pourra être choisi à partir du {time}.",
  "mail.recovery_held.end": "Si ce n’est pas vous, mettez-y fin. Vous n’avez pas besoin de vous connecter :",
  "mail.recovery_held.button": "Mettre fin à la récupération",
  "mail.recovery_held.login": "Elle prend fin aussi dès que vous vous connectez comme d’habitude.",
  "mail.recovery_limited.subject": "Quelqu’un essaie sans cesse d’entrer dans votre compte {app}",
  "mail.recovery_limited":
    "Quelqu’un a demandé de nombreuses fois un nouveau mot de passe pour votre compte {app}. Pendant un moment, plus rien n’est envoyé. Votre compte est inchangé et vous pouvez vous connecter comme d’habitude.",
  "mail.when": "Heure : {time}",
  "mail.whenFrom": "Heure : {time}, depuis l’adresse {ip}",
  "mail.added":
    "Ajouté au cours des sept derniers jours : {factors}. Retirez ce que vous ne reconnaissez pas.",
  "mail.contest": "Si ce n’était pas vous, prévenez-nous immédiatement.",
  "mail.contestAt": "Si ce n’était pas vous, adressez-vous immédiatement à {contact}.",
} as const;
