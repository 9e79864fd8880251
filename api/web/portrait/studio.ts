/**
 * The component at work: one photo, the chosen styles, the takes that came of them and what is left for today. Whatever
 * happens changes this state, and `show` brings the parts up to it.
 */
import type { EaselClient, PoolQuota, Style } from '../client/types.ts';
import { createEaselClient, EaselError } from '../easel-client.ts';
import { announcement, problemSentence } from './describe.ts';
import { setAttribute, setShown, setText } from './dom.ts';
import { listenForPhotos } from './drop.ts';
import { exampleOf } from './examples.ts';
import { createFrame, FILE_INPUT_ID } from './frame.ts';
import { createKeptPreviews } from './kept-previews.ts';
import { createKeptTakes } from './kept-takes.ts';
import { type Photo, PhotoError, type PhotoFault, readPhoto } from './photo.ts';
import { SHORT_SIDE_MIN_PX } from './photo-limits.ts';
import { saveAs } from './save-as.ts';
import type { Say } from './say.ts';
import type { PortraitSettings } from './settings.ts';
import { createStage } from './stage.ts';
import { createStylePicker } from './style-picker.ts';
import { stateOf, type Take, type TakeProblem } from './take.ts';
import { createTakeStrip } from './take-strip.ts';
import { createTakes } from './takes.ts';

export interface StudioOptions {
  readonly settings: PortraitSettings;
  readonly say: Say;
  /** Hears of each take that is new or has changed. */
  readonly onTake: (take: Take) => void;
}

export interface Studio {
  readonly element: HTMLElement;
  /** As if the shopper had chosen it. */
  choosePhoto(file: Blob): Promise<void>;
  close(): void;
}

/** As many as Easel ships with. */
const PLACES = 5;

interface State {
  photo?: { readonly read: Photo; readonly name: string } | undefined;
  opening: boolean;
  photoFault?: PhotoFault | undefined;
  styles?: readonly Style[];
  refusal?: TakeProblem | undefined;
  quota?: PoolQuota;
  /** Of the take on the stage; without one the photo is. */
  shown?: string | undefined;
  downloading: boolean;
}

export function createStudio({ settings, say, onTake }: StudioOptions): Studio {
  const state: State = { opening: false, downloading: false };
  const client: EaselClient = createEaselClient(settings.client);
  const before = new Map<string, Take>();
  const takes = createTakes({
    client,
    keptTakes: createKeptTakes(settings.keepName),
    keptPreviews: createKeptPreviews(),
    onChange: hear,
  });
  const stage = createStage(FILE_INPUT_ID, {
    cancel: take => takes.cancel(take.id),
    retry: take => takes.retry(take.id),
    renew: take => void takes.renew(take.id),
  });
  const strip = createTakeStrip(id => {
    state.shown = id;
    show();
  });
  const picker = createStylePicker({
    places: settings.styles.length || PLACES,
    exampleOf: id => exampleOf(id),
    onChange: show,
  });
  const frame = createFrame({ stage: stage.element, strip: strip.element, picker: picker.element });
  const stopListening = listenForPhotos(frame, file => void choosePhoto(file));
  frame.panel.addEventListener('submit', event => {
    event.preventDefault();
    begin();
  });
  frame.again.addEventListener('click', () => void open());
  frame.download.addEventListener('click', () => void download());
  addEventListener('online', show);
  addEventListener('offline', show);
  show();
  void open();

  /** Styles, what is left for today, and what an earlier page has begun. */
  async function open(): Promise<void> {
    state.refusal = undefined;
    show();
    try {
      const all = await client.styles();
      const { styles: wanted } = settings;
      const order = wanted.length > 0 ? wanted : all.filter(({ pool }) => pool === 'named').map(({ id }) => id);
      state.styles = order.flatMap(id => all.find(style => style.id === id) ?? []);
      show();
      await Promise.all([count(), takes.resume()]);
    } catch (error) {
      state.refusal = error instanceof EaselError ? error : { code: 'internal' };
    }
    show();
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
    const chosen = picker.chosen();
    if (!state.photo || chosen.length === 0 || isTooMany(chosen.length)) {
      if (!state.photo) frame.file.focus();
      return;
    }
    const { read, name } = state.photo;
    const [first] = takes.begin(read, name, chosen);
    state.shown = first?.id;
    picker.clear();
    show();
    stage.element.scrollIntoView({ block: 'nearest', behavior: 'auto' });
  }

  const isTooMany = (wanted: number) => state.quota?.remaining != null && wanted > state.quota.remaining;

  function hear(take: Take): void {
    const earlier = before.get(take.id);
    before.set(take.id, take);
    const words = announcement(earlier, take, say);
    if (words !== undefined) setText(frame.hears, words);
    if (earlier === undefined || stateOf(earlier) !== stateOf(take)) {
      if (take.job && !earlier?.job) void count();
      else if (['canceled', 'failed', 'succeeded'].includes(stateOf(take))) void count();
    }
    onTake(take);
    show();
  }

  async function download(): Promise<void> {
    const take = takes.all().find(({ id }) => id === state.shown);
    if (!take?.job || state.downloading) return;
    state.downloading = true;
    show();
    await saveAs(client, take.job, take.style.id);
    state.downloading = false;
    show();
  }

  function show(): void {
    const all = takes.all();
    const take = all.find(({ id }) => id === state.shown);
    const photoProblem = state.photoFault && say(state.photoFault, { n: SHORT_SIDE_MIN_PX });
    stage.show({ photo: state.photo?.read.preview, opening: state.opening, photoProblem, take }, say);
    strip.show(all, state.shown, say);
    picker.show(state.styles, say);
    setText(frame.changeText, say('photo.change'));
    setAttribute(frame.file, 'aria-label', say(state.photo || take ? 'photo.change' : 'photo.choose'));
    frame.change.style.visibility = state.photo || take ? 'visible' : 'hidden';
    frame.download.style.visibility = take && stateOf(take) === 'succeeded' ? 'visible' : 'hidden';
    setText(frame.downloadText, say(state.downloading ? 'action.downloading' : 'action.download'));
    showSubmit(take);
    showQuota();
    setShown(frame.refused, state.refusal !== undefined);
    setShown(picker.element, state.refusal === undefined);
    if (state.refusal) setText(frame.problem, problemSentence(state.refusal, say));
    setText(frame.again, say('action.retry'));
  }

  function showSubmit(take: Take | undefined): void {
    const wanted = picker.chosen().length;
    const spent = state.quota?.warningLevel === 4;
    const hint = !state.photo
      ? say('submit.photo')
      : wanted === 0
        ? say('submit.style')
        : isTooMany(wanted) && !spent
          ? say('submit.quota')
          : '';
    setText(frame.submit, say('submit', { n: Math.max(1, wanted) }));
    setAttribute(frame.submit, 'aria-disabled', hint !== '' || spent ? 'true' : false);
    setText(frame.hint, take ? '' : hint);
    setShown(frame.submit, state.refusal === undefined);
  }

  function showQuota(): void {
    const { warningLevel, remaining, resetAt } = state.quota ?? {};
    setAttribute(frame.quota, 'data-level', warningLevel);
    const left =
      warningLevel === undefined || remaining == null
        ? ''
        : warningLevel === 4
          ? say('quota.4', { time: say.time(resetAt ?? '') })
          : say(`quota.${warningLevel}`, { n: remaining });
    setText(frame.quota, left);
  }

  return {
    element: frame.element,
    choosePhoto,
    close() {
      takes.close();
      stopListening();
      removeEventListener('online', show);
      removeEventListener('offline', show);
    },
  };
}
