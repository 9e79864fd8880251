/**
 * Which portrait goes with the order: the one on the stage. Keeps the shop's form up to it, and tells the page when it has
 * become another one.
 */
import { type Order, type OrderStatus, orderOf } from './order.ts';
import type { OrderForm } from './order-form.ts';
import type { Say } from './say.ts';
import type { Take } from './take.ts';

export interface ChosenParts {
  /** Absent where the page sees to the order itself. */
  readonly form: OrderForm | undefined;
  readonly say: Say;
  readonly onTake: (take: Take, order: OrderStatus | undefined) => void;
}

export interface Chosen {
  /** Tells of a take that is new or has changed. */
  hear(take: Take, onStage: Take | undefined): void;
  /** What goes with the order, now that this has the stage. */
  show(onStage: Take | undefined): Order | undefined;
  close(): void;
}

export function createChosen({ form, say, onTake }: ChosenParts): Chosen {
  let told: { readonly take: Take; readonly order: Order } | undefined;

  function tell(take: Take, order: Order | undefined): void {
    onTake(take, order?.status);
  }

  return {
    hear(take, onStage) {
      const order = take.id === onStage?.id ? orderOf(take) : undefined;
      if (take.id === onStage?.id) told = order && { take, order };
      tell(take, order);
    },
    show(onStage) {
      const order = orderOf(onStage);
      form?.show(order, onStage ? say.style(onStage.style) : '');
      const before = told;
      told = order && onStage && { take: onStage, order };
      const isSame = nameOf(before?.order) === nameOf(order);
      if (!isSame && order && onStage) tell(onStage, order);
      else if (!isSame && before) tell(before.take, undefined);
      return order;
    },
    close: () => form?.close(),
  };
}

function nameOf(order: Order | undefined): string {
  return `${order?.jobId} ${order?.uploadId} ${order?.status}`;
}
