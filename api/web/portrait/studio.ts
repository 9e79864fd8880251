/**
 * The component at work: one photo, the chosen styles, the takes that came of them and what is left for today. Whatever
 * happens changes this state, and `show` brings the parts up to it.
 */
import type { EaselClient, PoolQuota, Style } from '../client/types.ts';
import { createEaselClient, EaselError } from '../easel-client.ts';
import { createBeside } from './beside.ts';
import { createChosen } from './chosen.ts';
import { announcement, problemSentence } from './describe.ts';
import { setAttribute, setShown, setText } from './dom.ts';
import { listenForPhotos } from './drop.ts';
import { exampleOf } from './examples.ts';
import { createFrame, FILE_INPUT_ID } from './frame.ts';
import { keepFocus } from './keep-focus.ts';
import { createKeptPreviews } from './kept-previews.ts';
import { createKeptTakes, type KeptTake } from './kept-takes.ts';
import type { OrderStatus } from './order.ts';
import { createOrderForm } from './order-form.ts';
import { missing, type PanelView, sendsPhoto, showPanel } from './panel.ts';
import { type Photo, PhotoError, type PhotoFault, readPhoto } from './photo.ts';
import { SHORT_SIDE_MIN_PX } from './photo-limits.ts';
import { saveAs } from './save-as.ts';
import type { Say } from './say.ts';
import type { PortraitSettings } from './settings.ts';
import { createStage } from './stage.ts';
import { createStylePicker } from './style-picker.ts';
import { isOver, stateOf, type Take, type TakeProblem } from './take.ts';
import { createTakeStrip } from './take-strip.ts';
import { createTakes } from './takes.ts';

export interface StudioOptions {
  readonly settings: PortraitSettings;
  readonly say: Say;
  /** Hears of each take that is new or has changed, and of the one that goes with the order from now on. */
  readonly onTake: (take: Take, order: OrderStatus | undefined) => void;
}

export interface Studio {
  readonly element: HTMLElement;
  /** As if the shopper had chosen it. */
  choosePhoto(file: Blob): Promise<void>;
  close(): void;
}

/** As many as Easel ships with. */
const PLACES = 5;
const COUNT_AFTER_MS = 200;
/** The service may remember for two seconds what was left. */
const COUNT_AGAIN_MS = 2_200;

interface State {
  photo?: { readonly read: Photo; readonly name: string } | undefined;
  opening: boolean;
  photoFault?: PhotoFault | undefined;
  styles?: readonly Style[];
  refusal?: TakeProblem | undefined;
  quota?: PoolQuota;
  /** Of the take on the stage; without one the photo is. */
  shown?: string | undefined;
  /** The shopper has said which one to show. */
  pinned: boolean;
  downloading: boolean;
}

export function createStudio({ settings, say, onTake }: StudioOptions): Studio {
  const state: State = { opening: false, downloading: false, pinned: false };
  const client: EaselClient = createEaselClient(settings.client);
  const before = new Map<string, Take>();
  let counting: ReturnType<typeof setTimeout> | undefined;
  const takes = createTakes({
    client,
    keptTakes: createKeptTakes(settings.keepName),
    keptPreviews: createKeptPreviews(),
    onChange: hear,
  });
  const stage = createStage(FILE_INPUT_ID, {
    cancel: take => takes.cancel(take.id),
    retry: take => takes.retry(take.id),
    order: settings.order && (take => takes.sendWithOrder(take.id)),
    renew: take => void takes.renew(take.id),
  });
  const strip = createTakeStrip(id => {
    Object.assign(state, { shown: id, pinned: true });
    show();
  });
  const picker = createStylePicker({
    places: settings.styles.length || PLACES,
    exampleOf: id => exampleOf(id),
    onChange: show,
  });
  const beside = createBeside(another);
  const frame = createFrame({
    stage: stage.element,
    beside: beside.element,
    strip: strip.element,
    picker: picker.element,
  });
  const chosen = createChosen({ form: settings.order && createOrderForm(settings.order), say, onTake });
  const stopListening = listenForPhotos(frame, file => void choosePhoto(file));
  frame.panel.addEventListener('submit', event => {
    event.preventDefault();
    begin();
  });
  frame.again.addEventListener('click', () => void open());
  frame.download.addEventListener('click', () => void download());
  addEventListener('online', show);
  addEventListener('offline', show);
  state.shown = latest(takes.recall())?.id;
  show();
  void open();

  /** Styles, and what is left for today. */
  async function open(): Promise<void> {
    state.refusal = undefined;
    show();
    try {
      const all = await client.styles();
      const { styles: wanted } = settings;
      const order = wanted.length > 0 ? wanted : all.filter(({ pool }) => pool === 'named').map(({ id }) => id);
      state.styles = order.flatMap(id => all.find(style => style.id === id) ?? []);
      show();
      await count();
    } catch (error) {
      state.refusal = refusalOf(error);
    }
    show();
  }

  /** Several changes at once are one question. */
  function countSoon(afterMs = COUNT_AFTER_MS): void {
    clearTimeout(counting);
    counting = setTimeout(() => void count(), afterMs);
  }

  async function count(): Promise<void> {
    try {
      state.quota = (await client.quota()).pools.named;
    } catch {
      // It is a courtesy: a submit is judged by the service in any case.
    }
    show();
  }

  async function choosePhoto(file: Blob): Promise<void> {
    Object.assign(state, { opening: true, photoFault: undefined, photo: undefined, shown: undefined });
    show();
    try {
      state.photo = { read: await readPhoto(file), name: Date.now().toString(36) };
      setText(frame.hears, say('photo.ready'));
    } catch (error) {
      state.photoFault = error instanceof PhotoError ? error.fault : 'photo.unreadable';
    }
    state.opening = false;
    show();
  }

  function begin(): void {
    if (!state.photo || missing(panelView()) !== undefined) {
      if (!state.photo) frame.file.focus();
      return;
    }
    const { read, name } = state.photo;
    const [style] = picker.chosen();
    const [first] =
      style && sendsPhoto(panelView())
        ? [takes.beginWithOrder(read, name, style)]
        : takes.begin(read, name, picker.chosen());
    Object.assign(state, { shown: first?.id, pinned: false });
    picker.clear();
    show();
    stage.element.scrollIntoView({ block: 'nearest', behavior: 'auto' });
  }

  /** What is on the stage stays to be chosen again; the new version takes its place. */
  function another(): void {
    const begun = state.shown === undefined ? undefined : takes.another(state.shown);
    if (!begun) return;
    Object.assign(state, { shown: begun.id, pinned: false });
    show();
  }

  function hear(take: Take | undefined): void {
    if (take) {
      const earlier = before.get(take.id);
      before.set(take.id, take);
      tell(earlier, take);
    }
    show();
  }

  function tell(earlier: Take | undefined, take: Take): void {
    const words = announcement(earlier, take, say);
    if (words !== undefined) setText(frame.hears, words);
    const isNew = earlier === undefined || stateOf(earlier) !== stateOf(take);
    const isAccepted = take.job !== undefined && earlier?.job === undefined;
    if (isNew && isAccepted) countSoon();
    // What was given back shows a little later.
    else if (isNew && isOver(take) && stateOf(take) !== 'succeeded') countSoon(COUNT_AGAIN_MS);
    const onStage = onTheStage();
    // The first one that lands is shown, unless the shopper looks at one already.
    if (isNew && stateOf(take) === 'succeeded' && !state.pinned && onStage && !isOver(onStage)) state.shown = take.id;
    chosen.hear(take, onTheStage());
  }

  function onTheStage(): Take | undefined {
    return takes.all().find(({ id }) => id === state.shown);
  }

  async function download(): Promise<void> {
    const take = onTheStage();
    if (!take?.job || state.downloading) return;
    state.downloading = true;
    show();
    await saveAs(client, take.job, take.style.id);
    state.downloading = false;
    show();
  }

  function show(): void {
    keepFocus(frame.element, draw);
  }

  function draw(): void {
    const all = takes.all();
    const take = all.find(({ id }) => id === state.shown);
    const photoProblem = state.photoFault && say(state.photoFault, { n: SHORT_SIDE_MIN_PX });
    stage.show({ photo: state.photo?.read.preview, opening: state.opening, photoProblem, take }, say);
    const order = chosen.show(take);
    const hasForm = settings.order !== undefined;
    beside.show({ take, any: all.length > 0, quota: state.quota, order, hasForm }, say);
    strip.show(all, state.shown, say);
    picker.show(state.styles, say);
    setText(frame.changeText, say('photo.change'));
    setAttribute(frame.file, 'aria-label', say(state.photo || take ? 'photo.change' : 'photo.choose'));
    frame.change.style.visibility = state.photo || take ? 'visible' : 'hidden';
    frame.download.style.visibility = take?.job?.output?.url ? 'visible' : 'hidden';
    setText(frame.downloadText, say(state.downloading ? 'action.downloading' : 'action.download'));
    showPanel(frame, panelView(), say);
    setShown(frame.submit, state.refusal === undefined);
    setShown(frame.refused, state.refusal !== undefined);
    setShown(picker.element, state.refusal === undefined);
    if (state.refusal) setText(frame.problem, problemSentence(state.refusal, say));
    setText(frame.again, say('action.retry'));
  }

  function panelView(): PanelView {
    const isLooking = onTheStage() !== undefined;
    return {
      hasPhoto: state.photo !== undefined,
      wanted: picker.chosen().length,
      quota: state.quota,
      isLooking,
      hasForm: settings.order !== undefined,
    };
  }

  return {
    element: frame.element,
    choosePhoto,
    close() {
      takes.close();
      chosen.close();
      clearTimeout(counting);
      stopListening();
      removeEventListener('online', show);
      removeEventListener('offline', show);
    },
  };
}

/** So long after it was begun a portrait that is ready still has the stage when its page is opened again. */
const FRESH_MS = 30 * 60_000;

/** What a shopper who comes back wants to see: what is under way, else what has just come. */
function latest(kept: readonly KeptTake[]): KeptTake | undefined {
  return kept.findLast(({ over }) => !over) ?? kept.findLast(({ at }) => Date.now() - at < FRESH_MS);
}

/** A shopper can do nothing about a key that does not open: who made the theme reads of it in the console. */
function refusalOf(error: unknown): TakeProblem {
  if (!(error instanceof EaselError)) return { code: 'internal' };
  console.warn(`<easel-portrait>: ${error.code}: ${error.message}`);
  return error.code === 'unauthorized' ? { code: 'forbidden' } : error;
}
