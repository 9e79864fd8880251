/**
 * Every sentence that a shopper can read in the component, in English. A theme replaces any of them by its key; another
 * language is a file like this one. `{n}`, `{time}` and the like are filled in by `say.ts`, which also picks between
 * `.one` and `.other` by the rules of the language.
 */
export const en = {
  'photo.choose': 'Choose a photo',
  'photo.drop': 'or drop or paste one here',
  'photo.hint': 'One face, close up, in good light works best.',
  'photo.change': 'Another photo',
  'photo.opening': 'Opening your photo …',
  'photo.alt': 'Your photo',
  'photo.ready': 'Your photo is ready.',
  'photo.not_picture': 'This is not a photo. Please choose a JPEG, PNG or WebP file.',
  'photo.heic':
    'This browser cannot open HEIC photos. Please save it as JPEG and choose it again. On an iPhone: Settings, Camera, Formats, Most Compatible.',
  'photo.unreadable': 'This photo could not be opened; it may be damaged. Please try another one.',
  'photo.too_small': 'This photo is too small. Each side needs at least {n} pixels.',

  'styles.choose': 'Choose one or more styles',
  'styles.loading': 'The styles are on their way …',

  'submit.one': 'Make my portrait',
  'submit.other': 'Make {n} portraits',
  'submit.photo': 'Choose a photo first.',
  'submit.style': 'Now choose a style.',
  'submit.one_style': 'Choose one style for your order.',
  'submit.quota': 'You have chosen more styles than you have pictures left today.',

  'takes.label': 'Your portraits',
  'state.finding': 'Looking for your portrait',
  'state.sending': 'Sending your photo',
  'state.sending.percent': 'Sending your photo, {percent}',
  'state.queued': 'Waiting in line',
  'state.queued.next': 'You are next',
  'state.queued.place': 'Place {n} in line',
  'state.queued.more': 'Behind more than {n} others',
  'state.paused': 'A short pause. It goes on by itself.',
  'state.running': 'Your portrait is being drawn',
  'state.retrying': 'Trying once more',
  'state.canceling': 'Cancelling …',
  'state.canceled': 'Cancelled',
  'state.kept.title': 'Your photo goes with your order',
  'state.kept': 'We draw it in {style} once you have ordered.',
  'state.failed.title': 'No portrait this time',
  'state.offline': 'No connection. It goes on by itself once you are back online.',
  'state.safe': 'You may close this page; your portrait will be here when you come back.',
  'state.eta': 'about {time}',
  'state.canceled.counted': 'It had been drawn already, so it counts as one of your pictures today.',
  'state.canceled.free': 'It does not count as one of your pictures today.',

  'take.version': '{style} · {n}',
  'short.finding': 'a moment',
  'short.sending': 'sending',
  'short.queued': 'in line',
  'short.running': 'drawing',
  'short.canceling': 'cancelling',
  'short.succeeded': 'ready',
  'short.canceled': 'cancelled',
  'short.kept': 'with the order',
  'short.failed': 'not drawn',

  'said.sent': 'Your photo has been sent.',
  'said.succeeded': 'Your portrait in {style} is ready.',
  'said.failed': '{style}: {problem}',

  'action.cancel': 'Cancel',
  'action.retry': 'Try again',
  'action.download': 'Download',
  'action.downloading': 'Downloading …',

  'action.order': 'Send my photo with the order',
  'action.version': 'Another version',
  'version.cost': 'Uses 1 of your pictures of today.',
  'version.cost.left.one': 'Uses the last picture left today.',
  'version.cost.left.other': 'Uses 1 of {n} pictures left today.',

  'order.ready': 'This portrait goes with your order.',
  'order.photo': 'Your photo goes with your order. We draw it once you have ordered.',
  'order.pending': 'This portrait goes with your order, once it is drawn.',

  'picture.alt': 'Your photo as {style}',
  'compare.label': 'Compare with your photo',
  'compare.value': '{percent} photo',
  'compare.before': 'Photo',
  'compare.after': 'Portrait',
  'picture.reused': 'You had this portrait already. It costs nothing.',

  'quota.1.one': '{n} picture left today',
  'quota.1.other': '{n} pictures left today',
  'quota.2.one': '{n} picture left today',
  'quota.2.other': '{n} pictures left today',
  'quota.3.one': 'Only {n} picture left today',
  'quota.3.other': 'Only {n} pictures left today',
  'quota.4': 'Your pictures for today are used up. There will be new ones from {time}.',

  'problem.network': 'There is no connection. Please try again once you are online.',
  'problem.session': 'Your visit has expired. Please reload the page.',
  'problem.setup': 'This page is not set up for portraits yet. Please tell the shop.',
  'problem.challenge': 'We could not make sure that you are a person. Please reload the page.',
  'problem.visits': 'Too many visits came from your network. Please try again {time}.',
  'problem.quota': 'Your pictures for today are used up. There will be new ones from {time}.',
  'problem.photos': 'No more photos can be sent with an order today. Please come back after {time}.',
  'problem.closed': 'No portraits are made today any more. Please come back tomorrow.',
  'problem.pause': 'No portraits are made at the moment. Please try again later.',
  'problem.busy': 'We are very busy just now. Please try again in a minute.',
  'problem.trouble': 'Something went wrong on our side. Please try again; nothing has been counted.',
  'problem.later': 'Your portrait could not be made just now. Please try again in a few minutes; it does not count.',
  'problem.ours': 'Your portrait could not be made. It does not count, and the shop has been told.',
  'problem.blocked':
    'The image model has declined this picture for its safety rules. It does not count. Please choose another photo or style.',
  'problem.photo': 'This photo could not be drawn. It does not count. Please choose another photo.',
  'problem.large': 'This photo is too large. Please choose a smaller one.',
  'problem.style': 'This style is not available at the moment. Please choose another one.',
  'problem.gone': 'This portrait is not kept any more. You can make it again.',
} as const;

export type TextKey = keyof typeof en;
export type Texts = { readonly [key in TextKey]: string };
/** A style's name and description in another language than the API's, by its id. */
export type StyleTexts = { readonly [style: string]: { readonly label: string; readonly description: string } };
