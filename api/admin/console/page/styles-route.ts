/**
 * `#/styles` is the list, `#/styles/charcoal` one of them.
 */
import { html } from './html.ts';
import type { PageProps } from './pages.ts';
import { StylePage } from './style.ts';
import { StylesPage } from './styles.ts';

export function StylesRoute(props: PageProps) {
  const id = props.place.path[1];
  return id === undefined ? html`<${StylesPage} />` : html`<${StylePage} key=${id} id=${id} />`;
}
