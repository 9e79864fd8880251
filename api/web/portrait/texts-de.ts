/**
 * The component in German, with the styles that Easel ships with. See `texts.ts`.
 */
import type { StyleTexts, Texts } from './texts.ts';

export const de: Texts = {
  'photo.choose': 'Foto wählen',
  'photo.drop': 'oder hierher ziehen oder einfügen',
  'photo.hint': 'Am besten gelingt ein Gesicht von nahem, in gutem Licht.',
  'photo.change': 'Anderes Foto',
  'photo.opening': 'Das Foto wird geöffnet …',
  'photo.alt': 'Ihr Foto',
  'photo.ready': 'Ihr Foto ist bereit.',
  'photo.not_picture': 'Das ist kein Foto. Bitte wählen Sie eine Datei in JPEG, PNG oder WebP.',
  'photo.heic':
    'Dieser Browser kann HEIC-Fotos nicht öffnen. Bitte speichern Sie es als JPEG und wählen es dann erneut. Auf dem iPhone: Einstellungen, Kamera, Formate, Maximale Kompatibilität.',
  'photo.unreadable': 'Dieses Foto ließ sich nicht öffnen; vielleicht ist es beschädigt. Bitte nehmen Sie ein anderes.',
  'photo.too_small': 'Dieses Foto ist zu klein. Jede Seite braucht mindestens {n} Pixel.',

  'styles.choose': 'Wählen Sie einen oder mehrere Stile',
  'styles.loading': 'Die Stile werden geladen …',

  'submit.one': 'Porträt zeichnen lassen',
  'submit.other': '{n} Porträts zeichnen lassen',
  'submit.photo': 'Wählen Sie zuerst ein Foto.',
  'submit.style': 'Wählen Sie nun einen Stil.',
  'submit.one_style': 'Wählen Sie einen Stil für Ihre Bestellung.',
  'submit.quota': 'Sie haben mehr Stile gewählt, als heute noch Bilder frei sind.',

  'takes.label': 'Ihre Porträts',
  'state.finding': 'Ihr Porträt wird gesucht',
  'state.sending': 'Ihr Foto wird gesendet',
  'state.sending.percent': 'Ihr Foto wird gesendet, {percent}',
  'state.queued': 'In der Warteschlange',
  'state.queued.next': 'Sie sind als Nächstes dran',
  'state.queued.place': 'Platz {n} in der Reihe',
  'state.queued.more': 'Mehr als {n} sind vor Ihnen',
  'state.paused': 'Eine kurze Pause. Es geht von selbst weiter.',
  'state.running': 'Ihr Porträt wird gezeichnet',
  'state.retrying': 'Ein neuer Versuch',
  'state.canceling': 'Wird abgebrochen …',
  'state.canceled': 'Abgebrochen',
  'state.kept.title': 'Ihr Foto gehört zu Ihrer Bestellung',
  'state.kept': 'Wir zeichnen es als {style}, sobald Sie bestellt haben.',
  'state.failed.title': 'Diesmal kein Porträt',
  'state.offline': 'Keine Verbindung. Sobald Sie wieder online sind, geht es weiter.',
  'state.safe': 'Schließen Sie ruhig die Seite; das Porträt wartet dann auf Sie.',
  'state.eta': 'etwa {time}',
  'state.canceled.counted': 'Es war schon gezeichnet und zählt daher zu Ihren Bildern von heute.',
  'state.canceled.free': 'Es zählt nicht zu Ihren Bildern von heute.',

  'take.version': '{style} · {n}',
  'short.finding': 'Moment',
  'short.sending': 'wird gesendet',
  'short.queued': 'wartet',
  'short.running': 'entsteht',
  'short.canceling': 'bricht ab',
  'short.succeeded': 'fertig',
  'short.canceled': 'abgebrochen',
  'short.kept': 'mit Bestellung',
  'short.failed': 'kein Bild',

  'said.sent': 'Ihr Foto ist angekommen.',
  'said.succeeded': 'Ihr Porträt in {style} ist fertig.',
  'said.failed': '{style}: {problem}',

  'action.cancel': 'Abbrechen',
  'action.retry': 'Noch einmal versuchen',
  'action.download': 'Herunterladen',
  'action.downloading': 'Wird geladen …',

  'action.order': 'Mein Foto mit der Bestellung senden',
  'action.version': 'Andere Version',
  'version.cost': 'Kostet 1 Ihrer Bilder von heute.',
  'version.cost.left.one': 'Kostet das letzte freie Bild von heute.',
  'version.cost.left.other': 'Kostet 1 von {n} freien Bildern von heute.',

  'order.ready': 'Dieses Porträt gehört zu Ihrer Bestellung.',
  'order.photo': 'Ihr Foto gehört zu Ihrer Bestellung. Wir zeichnen es, sobald Sie bestellt haben.',
  'order.pending': 'Dieses Porträt gehört zu Ihrer Bestellung, sobald es gezeichnet ist.',

  'picture.alt': 'Ihr Foto als {style}',
  'compare.label': 'Mit Ihrem Foto vergleichen',
  'compare.value': '{percent} Foto',
  'compare.before': 'Foto',
  'compare.after': 'Porträt',
  'picture.reused': 'Dieses Porträt hatten Sie schon. Es kostet nichts.',

  'quota.1.one': 'Heute noch {n} Bild frei',
  'quota.1.other': 'Heute noch {n} Bilder frei',
  'quota.2.one': 'Heute noch {n} Bild frei',
  'quota.2.other': 'Heute noch {n} Bilder frei',
  'quota.3.one': 'Heute nur noch {n} Bild frei',
  'quota.3.other': 'Heute nur noch {n} Bilder frei',
  'quota.4': 'Ihre Bilder für heute sind aufgebraucht. Neue gibt es ab {time}.',

  'problem.network': 'Es besteht keine Verbindung. Bitte versuchen Sie es noch einmal, wenn Sie online sind.',
  'problem.session': 'Ihr Besuch ist abgelaufen. Bitte laden Sie die Seite neu.',
  'problem.setup': 'Diese Seite ist noch nicht für Porträts eingerichtet. Bitte sagen Sie dem Shop Bescheid.',
  'problem.challenge': 'Wir konnten nicht sicherstellen, dass Sie ein Mensch sind. Bitte laden Sie die Seite neu.',
  'problem.visits': 'Aus Ihrem Netz kamen zu viele Besuche. Bitte versuchen Sie es {time} wieder.',
  'problem.quota': 'Ihre Bilder für heute sind aufgebraucht. Neue gibt es ab {time}.',
  'problem.photos': 'Heute können keine weiteren Fotos mit einer Bestellung gesendet werden. Ab {time} geht es wieder.',
  'problem.closed': 'Heute werden keine Porträts mehr gezeichnet. Bitte kommen Sie morgen wieder.',
  'problem.pause': 'Zurzeit werden keine Porträts gezeichnet. Bitte versuchen Sie es später wieder.',
  'problem.busy': 'Gerade ist sehr viel los. Bitte versuchen Sie es in einer Minute noch einmal.',
  'problem.trouble': 'Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal; es wurde nichts gezählt.',
  'problem.later':
    'Ihr Porträt ließ sich gerade nicht zeichnen. Bitte versuchen Sie es in einigen Minuten wieder; es zählt nicht.',
  'problem.ours': 'Ihr Porträt ließ sich nicht zeichnen. Es zählt nicht, und der Shop weiß Bescheid.',
  'problem.blocked':
    'Das Bildmodell hat dieses Bild wegen seiner Sicherheitsregeln abgelehnt. Es zählt nicht. Bitte wählen Sie ein anderes Foto oder einen anderen Stil.',
  'problem.photo': 'Dieses Foto ließ sich nicht zeichnen. Es zählt nicht. Bitte wählen Sie ein anderes.',
  'problem.large': 'Dieses Foto ist zu groß. Bitte wählen Sie ein kleineres.',
  'problem.style': 'Diesen Stil gibt es zurzeit nicht. Bitte wählen Sie einen anderen.',
  'problem.gone': 'Dieses Porträt wird nicht mehr aufbewahrt. Sie können es neu zeichnen lassen.',
};

export const deStyles: StyleTexts = {
  'ink-wash': {
    label: 'Tusche',
    description: 'Modern und luftig: wenige sichere Pinselstriche und verdünnte Tusche auf warmem Papier.',
  },
  'pen-and-marker': {
    label: 'Feder und Marker',
    description: 'Lebhaft und grafisch: schwarze Linien und klare Farbflächen auf weißem Papier.',
  },
  'post-impressionist': {
    label: 'Ölgemälde',
    description: 'Klassisches Öl: dicke, wirbelnde Pinselstriche in leuchtenden Farben.',
  },
  'fine-art-bw': {
    label: 'Schwarz-Weiß',
    description: 'Zeitloses Studiofoto: ein weiches Licht, tiefe Schatten, feinste Einzelheiten.',
  },
  charcoal: {
    label: 'Kohle',
    description: 'Realistische Kohlezeichnung: samtiges Schwarz und weiche Grautöne auf rauem Papier.',
  },
};
