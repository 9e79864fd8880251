/**
 * The stage: one frame of a fixed shape that holds, in turn, the way to choose a photo, the photo, the portrait on its way
 * and the portrait itself. Nothing around it moves, whatever happens in it.
 */
import { createCompare } from './compare.ts';
import { h, ICONS, icon, setShown, setText } from './dom.ts';
import { createPortrait } from './portrait.ts';
import type { Say } from './say.ts';
import { stateOf, type Take } from './take.ts';
import { createVeils } from './veil.ts';

export interface StageView {
  readonly photo: HTMLCanvasElement | undefined;
  readonly opening: boolean;
  /** Why there is no photo, as a sentence. */
  readonly photoProblem: string | undefined;
  readonly take: Take | undefined;
}

export interface StageActions {
  cancel(take: Take): void;
  retry(take: Take): void;
  /** The photo goes with the order. Absent where the page sees to the order itself. */
  readonly order: ((take: Take) => void) | undefined;
  /** The picture of the take could not be loaded: its address may have ended. */
  renew(take: Take): void;
}

export interface Stage {
  readonly element: HTMLElement;
  show(view: StageView, say: Say): void;
}

/** `inputId` is that of the file input, whose label the well is. */
export function createStage(inputId: string, actions: StageActions): Stage {
  let take: Take | undefined;
  const well = createWell(inputId);
  const photo = h('canvas', { class: 'photo', part: 'photo', role: 'img' });
  const portrait = createPortrait({ onBroken: () => take && actions.renew(take) });
  const compare = createCompare(portrait.element);
  const { order } = actions;
  const veils = createVeils({
    cancel: () => take && actions.cancel(take),
    retry: () => take && actions.retry(take),
    order: order && (() => take && order(take)),
  });
  const element = h('div', { class: 'stage', part: 'stage' }, photo, compare.element, well.element, ...veils.elements);
  let revealed: string | undefined;

  return {
    element,
    show(view, say) {
      take = view.take;
      const isDone = take !== undefined && stateOf(take) === 'succeeded';
      const under = isDone ? undefined : (take?.preview ?? (take ? undefined : view.photo));
      setShown(photo, under !== undefined);
      if (under) paint(photo, under);
      photo.setAttribute('aria-label', say('photo.alt'));
      setShown(compare.element, isDone);
      setShown(well.element, !take && !view.photo);
      well.show(view, say);
      veils.show(take, say);
      element.dataset.state = take ? stateOf(take) : view.photo ? 'photo' : 'empty';
      if (!isDone || !take) return;
      portrait.show(take, say);
      compare.show(take.preview, say);
      if (revealed !== take.id) compare.reveal();
      revealed = take.id;
    },
  };
}

const painted = new WeakMap<HTMLCanvasElement, HTMLCanvasElement>();

/** Only when it is another photo: a canvas that is painted anew flickers. */
function paint(canvas: HTMLCanvasElement, photo: HTMLCanvasElement): void {
  if (painted.get(canvas) === photo) return;
  painted.set(canvas, photo);
  [canvas.width, canvas.height] = [photo.width, photo.height];
  canvas.getContext('2d')?.drawImage(photo, 0, 0);
}

function createWell(inputId: string) {
  const button = h('span', { class: 'well-button' });
  const drop = h('span', { class: 'well-drop' });
  const hint = h('span', { class: 'well-hint' });
  const problem = h('span', { class: 'well-problem', role: 'alert' });
  const element = h(
    'label',
    { class: 'well', part: 'well', for: inputId },
    icon(ICONS.photo),
    button,
    drop,
    problem,
    hint,
  );
  return {
    element,
    show({ opening, photoProblem }: StageView, say: Say) {
      setText(button, say(opening ? 'photo.opening' : 'photo.choose'));
      setText(drop, say('photo.drop'));
      setText(hint, say('photo.hint'));
      setText(problem, photoProblem ?? '');
      setShown(hint, photoProblem === undefined);
      element.classList.toggle('has-problem', photoProblem !== undefined);
    },
  };
}
