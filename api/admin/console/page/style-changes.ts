/**
 * What a publication would change, before and after below each other.
 */
import { html } from './html.ts';
import { Foreign } from './parts.ts';
import type { Change } from './style-words.ts';

export function Changes({ changes }: { changes: readonly Change[] }) {
  return html`<span class="changes" tabindex="0" role="group" aria-label="What changes">${changes.map(
    ({ name, before, after }) => html`<span class="change"><b>${name}</b>
      ${before !== '' && html`<del><${Foreign} text=${before} /></del>`} ${after !== '' && html`<ins><${Foreign} text=${after} /></ins>`}</span>`,
  )}</span>`;
}
