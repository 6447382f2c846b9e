/** German: the texts of a recovery, and of new passwords. */
export const recoveryDe = {
  "recovery.title": "Passwort vergessen?",
  "recovery.intro": "Geben Sie den Benutzernamen oder die Adresse Ihres Kontos ein.",
  "recovery.identifier": "Benutzername oder E-Mail-Adresse",
  "recovery.next": "Weiter",
  "recovery.offer": "Geht das gerade? Wenn Sie es nicht eingerichtet haben, wählen Sie „Nein“.",
  "recovery.yes": "Ja",
  "recovery.no": "Nein, anders",
  "recovery.choose": "Wie möchten Sie fortfahren?",
  "recovery.neither": "Nichts davon",
  "recovery.failed": "Das hat nicht geklappt.",
  "recovery.again": "Noch einmal versuchen",
  "recovery.anotherWay": "Anders versuchen",
  "recovery.notArrived": "Es ist nichts angekommen",
  "recovery.gaveUp": "Es klappt nicht",
  "recovery.waiting": "Diese Seite geht von selbst weiter. Ohne JavaScript laden Sie sie neu.",
  "recovery.look": "Noch einmal nachsehen",
  "recovery.more": "Ein weiterer Nachweis fehlt",
  "recovery.moreIntro":
    "Ihr Konto hat einen zweiten Faktor. Wählen Sie einen weiteren Weg, um zu bestätigen, dass Sie es sind.",
  "recovery.hold": "Bitte warten",
  "recovery.holdIntro":
    "Was Sie nachgewiesen haben, ist schwach. Ein neues Passwort können Sie in {time} setzen. Kommen Sie mit diesem Browser auf diese Seite zurück.",
  "recovery.reset": "Neues Passwort wählen",
  "recovery.password": "Neues Passwort",
  "recovery.show": "Passwort anzeigen",
  "recovery.least":
    "Mindestens {n} Zeichen. Einige Wörter, die nichts miteinander zu tun haben, sind leicht zu merken und schwer zu erraten.",
  "recovery.save": "Passwort speichern",
  "recovery.done": "Ihr Passwort ist geändert",
  "recovery.doneIntro": "Sie sind überall abgemeldet. Melden Sie sich mit dem neuen Passwort an.",
  "recovery.signIn": "Anmelden",
  "recovery.ended": "Ihr Sicherheitsschlüssel wird gebraucht",
  "recovery.endedIntro":
    "Ohne Ihren Sicherheitsschlüssel lässt sich dieses Konto hier nicht wiederherstellen.",
  "recovery.none": "Kein Weg ist übrig",
  "recovery.noneIntro":
    "Keiner der Wege hat geklappt. Beginnen Sie von vorn, wenn Sie einen abgelehnt haben, den Sie doch haben.",
  "recovery.support": "Wenden Sie sich an {contact}.",
  "recovery.moved": "Seit jene Seite geöffnet wurde, ist etwas geschehen. So steht es jetzt.",
  "recovery.over": "Diese Wiederherstellung ist beendet. Beginnen Sie neu.",
  "recovery.gone":
    "Diese Wiederherstellung ist hier zu Ende: Sie ist abgelaufen oder geht in einem anderen Browser weiter.",
  "recovery.expires": "Sie haben noch {time}.",
  "password.short": "Verwenden Sie mindestens {n} Zeichen",
  "password.long": "Verwenden Sie höchstens {n} Zeichen",
  "password.common": "Dieses Passwort gehört zu denen, die zuerst probiert werden. Wählen Sie ein anderes",
  "password.context":
    "Dieses Passwort ist Ihrem Namen, Ihrer Adresse oder dem Namen dieser Seite zu ähnlich. Wählen Sie ein anderes",
  "password.breached": "Dieses Passwort ist aus einem Datenleck bekannt. Wählen Sie ein anderes",
  "password.refused": "Dieses Passwort kann nicht verwendet werden. Wählen Sie ein anderes",
  "error.password_refused": "Dieses Passwort kann nicht verwendet werden. Wählen Sie ein anderes",
  "error.reset_failed": "Das Passwort konnte nicht gespeichert werden. Versuchen Sie es gleich noch einmal",
  "recovery.link": "Link per E-Mail senden",
  "recovery.linkSent":
    "Wenn das hinterlegt ist, ist ein Link unterwegs ins Postfach. Öffnen Sie ihn in dem Browser, in dem Sie weitermachen möchten; diese Seite ist dann beendet.",
  "recovery.linkTitle": "Zurück in Ihr Konto",
  "recovery.linkGo": "Weiter",
  "recovery.linkOver": "Dieser Link ist abgelaufen oder wurde schon benutzt. Beginnen Sie neu.",
  "recovery.linkPaste": "Link hier einfügen",
  "recovery.cancelTitle": "Diese Wiederherstellung beenden?",
  "recovery.cancelIntro":
    "Jemand möchte ein neues Passwort für Ihr Konto setzen. Wenn Sie das nicht sind, beenden Sie es hier. Sie müssen sich dafür nicht anmelden.",
  "recovery.cancelGo": "Beenden",
  "recovery.cancelDone": "Die Wiederherstellung ist beendet",
  "recovery.cancelDoneIntro":
    "Damit lässt sich kein neues Passwort mehr setzen. Melden Sie sich an und prüfen Sie, was für Ihr Konto hinterlegt ist.",
  "recovery.cancelOver": "Diese Wiederherstellung ist bereits beendet.",
  "recovery.newCode":
    "Dieser Code ersetzt den, den Sie benutzt haben. Bewahren Sie ihn bei den anderen auf: Er wird nur hier angezeigt.",
  "mail.password_reset.subject": "Das Passwort Ihres Kontos bei {app} wurde geändert",
  "mail.password_reset":
    "Das Passwort Ihres Kontos bei {app} wurde nach einer Wiederherstellung geändert. Sie sind überall abgemeldet; gemerkte Geräte sind vergessen.",
  "mail.recovery_held.subject": "Jemand möchte das Passwort Ihres Kontos bei {app} ändern",
  "mail.recovery_held":
    "Jemand hat das Passwort Ihres Kontos bei {app} vergessen und zum Teil nachgewiesen, wer er ist. Ab {time} lässt sich ein neues Passwort setzen.",
  "mail.recovery_held.end": "Wenn Sie das nicht sind, beenden Sie es. Sie müssen sich dafür nicht anmelden:",
  "mail.recovery_held.button": "Wiederherstellung beenden",
  "mail.recovery_held.login": "Es endet auch, wenn Sie sich wie gewohnt anmelden.",
  "mail.recovery_limited.subject": "Jemand versucht immer wieder, in Ihr Konto bei {app} zu gelangen",
  "mail.recovery_limited":
    "Jemand hat viele Male ein neues Passwort für Ihr Konto bei {app} angefordert. Für eine Weile wird nichts mehr verschickt. Ihr Konto ist unverändert, und Sie können sich wie gewohnt anmelden.",
  "mail.when": "Zeit: {time}",
  "mail.whenFrom": "Zeit: {time}, von der Adresse {ip}",
  "mail.added": "In den letzten sieben Tagen hinterlegt: {factors}. Entfernen Sie, was Sie nicht kennen.",
  "mail.contest": "Wenn Sie das nicht waren, melden Sie sich sofort bei uns.",
  "mail.contestAt": "Wenn Sie das nicht waren, wenden Sie sich sofort an {contact}.",
} as const;
