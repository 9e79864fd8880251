/**
 * Builds elements without markup, so that neither a text nor a policy against inline styles and scripts can get in the
 * way, and changes them only where they differ: a screen reader is not told twice.
 */
export type Child = Node | string | undefined;
type Attributes = { readonly [name: string]: string | number | boolean | undefined };

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter(child => child !== undefined));
  return element;
}

export function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  const text = value === true ? '' : String(value);
  if (value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows or hides; what is hidden cannot be reached by any means. */
export function setShown(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A drawing of lines on 24 by 24 that says nothing to a screen reader: the words beside it do. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  for (const [name, value] of Object.entries({ viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' })) {
    svg.setAttribute(name, value);
  }
  svg.append(line);
  return svg;
}

export const ICONS = {
  photo: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9.5h.01',
  download: 'M12 4v11m-4-4 4 4 4-4M5 20h14',
  again: 'M5 12a7 7 0 1 0 2-5L4 9.500M4 4.500v5h5',
  cross: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.500 10 17.500 19 7.500',
  warning: 'M12 4 21.500 20h-19zM12 10v4.500M12 17.200v.01',
  slide: 'M9 7l-5 5 5 5M15 7l5 5-5 5',
} as const;
