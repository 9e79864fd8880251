/**
 * The three ways in which a photo comes: chosen, dropped on the stage, or pasted anywhere on the page but into a text.
 */
import type { Frame } from './frame.ts';

/** Answers how to stop. */
export function listenForPhotos(
  { file, side }: Pick<Frame, 'file' | 'side'>,
  onPhoto: (file: Blob) => void,
): () => void {
  const mark = (isOver: boolean) => side.classList.toggle('is-over', isOver);
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    // So that the same file can be chosen again.
    file.value = '';
    if (chosen) onPhoto(chosen);
  });
  side.addEventListener('dragover', event => {
    event.preventDefault();
    mark(true);
  });
  side.addEventListener('dragleave', () => mark(false));
  side.addEventListener('drop', event => {
    event.preventDefault();
    mark(false);
    const [dropped] = event.dataTransfer?.files ?? [];
    if (dropped) onPhoto(dropped);
  });
  const paste = (event: ClipboardEvent) => {
    const [pasted] = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
    const into = event.composedPath()[0];
    const isText =
      into instanceof HTMLElement &&
      (into.isContentEditable || into.matches('textarea, input:not([type=checkbox], [type=range], [type=file])'));
    if (pasted && !isText) onPhoto(pasted);
  };
  document.addEventListener('paste', paste);
  return () => document.removeEventListener('paste', paste);
}
