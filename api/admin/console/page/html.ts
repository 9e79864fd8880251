/**
 * Templates instead of JSX: what stands in `html` becomes elements, and every value in it a text, never markup.
 */
import htm from 'htm';
import { type ComponentChildren, h, type VNode } from 'preact';

// Its types are those of its CommonJS file; a browser gets the module, whose default is the function itself.
const template = htm as unknown as typeof htm.default;
export const html = template.bind(h) as (strings: TemplateStringsArray, ...values: unknown[]) => VNode;
export type { ComponentChildren, VNode };
