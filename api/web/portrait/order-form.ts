/**
 * Keeps the chosen portrait in the shop's product form, as line item properties that Shopify hands on with the order:
 * hidden inputs for scripts that read them, and the same at the moment in which the form is read. A theme may draw its
 * form anew at any time, and then the inputs are gone with the old one.
 */
import { h } from './dom.ts';
import type { Order } from './order.ts';

export interface OrderFormOptions {
  /** Of the form, anywhere in the page; it may come later, and again. */
  readonly formId: string;
  /** What the names of the properties begin with, such as `_easel`; with `_` Shopify hides them from the customer. */
  readonly property: string;
}

export interface OrderForm {
  /** What is to be ordered; undefined takes it out again. `style` is what the customer reads in the cart. */
  show(order: Order | undefined, style: string): void;
  /** Stops writing. What stands in the form stays: the element may be on its way to another place of the page. */
  close(): void;
}

/** All names that may stand in the form, with what belongs there; undefined for those that do not. */
export function propertiesOf(
  order: Order | undefined,
  { property, style }: { property: string; style: string },
): ReadonlyMap<string, string | undefined> {
  return new Map([
    [`properties[${property}_job]`, order?.jobId],
    [`properties[${property}_upload]`, order?.uploadId],
    [`properties[${property}_status]`, order?.status],
    ['properties[Style]', order && style],
  ]);
}

/** Undefined without a form: then whoever wrote the page listens to `easel-change`. */
export function createOrderForm({ formId, property }: OrderFormOptions): OrderForm {
  let wanted = propertiesOf(undefined, { property, style: '' });
  const form = () => {
    const found = document.getElementById(formId);
    return found instanceof HTMLFormElement ? found : undefined;
  };
  // An element that starts anew finds what it has written before.
  let written = form()?.querySelector(`[${OURS}]`) != null;

  /** Whoever reads the form reads this, whatever has become of the inputs. */
  const complete = (event: FormDataEvent) => {
    if (!written || event.target !== form()) return;
    for (const [name, value] of wanted) {
      if (value === undefined) event.formData.delete(name);
      else event.formData.set(name, value);
    }
  };
  document.addEventListener('formdata', complete);

  return {
    show(order, style) {
      // A form in which nothing was ever chosen is the theme's alone.
      if (!order && !written) return;
      written = true;
      wanted = propertiesOf(order, { property, style });
      const here = form();
      if (here) for (const [name, value] of wanted) write(here, name, value);
    },
    close: () => document.removeEventListener('formdata', complete),
  };
}

/** Ours to remove; a field of the theme's own is emptied. */
const OURS = 'data-easel';

function write(form: HTMLFormElement, name: string, value: string | undefined): void {
  const hidden = [...form.querySelectorAll<HTMLInputElement>('input[type=hidden]')];
  const input = hidden.find(one => one.name === name);
  if (!input && value !== undefined) form.append(h('input', { type: 'hidden', name, value, [OURS]: true }));
  else if (value === undefined && input?.hasAttribute(OURS)) input.remove();
  else if (input && input.value !== (value ?? '')) input.value = value ?? '';
}
