/**
 * Makes any seam misbehave on request, the way networks do: a call fails before it was done, or it is done and its
 * answer is lost. The second is the one that doubles pictures, so every step of the flow is tested against it.
 */
import { PlatformError } from '../common/platform/errors.ts';

/** `do-then-fail`: the call happens, and then throws `unavailable` all the same. */
export type Fate = 'ok' | 'fail' | 'do-then-fail';

/**
 * Decides each call by the seam's method and how often that method was called, from 1. Methods that return no promise
 * (`watch`, `verify`) can only be `ok`: there is no answer that could be lost.
 */
export type Plan<Seam extends object> = (method: keyof Seam & string, callNumber: number) => Fate;

/** A stand-in for `seam`. A call that throws by itself under `do-then-fail` throws its own error: it did not happen. */
export function misbehaving<Seam extends object>(seam: Seam, plan: Plan<Seam>): Seam {
  const calls = new Map<string, number>();
  // A proxy may not change what a frozen object's property is; over this empty heir it may, and `in` still works.
  const heir: Seam = Object.create(seam);
  return new Proxy(heir, {
    get(_, key) {
      const value: unknown = Reflect.get(seam, key);
      if (typeof value !== 'function' || typeof key === 'symbol') return value;
      return (...args: unknown[]): unknown => {
        const callNumber = (calls.get(key) ?? 0) + 1;
        calls.set(key, callNumber);
        const call = (): unknown => Reflect.apply(value, seam, args);
        return meet(plan(key as keyof Seam & string, callNumber), call, `${key} (call ${callNumber})`);
      };
    },
  });
}

function meet(fate: Fate, call: () => unknown, name: string): unknown {
  if (fate === 'ok') return call();
  if (fate === 'fail') return Promise.reject(new PlatformError('unavailable', `${name} failed as planned, undone`));
  return doThenFail(call, name);
}

async function doThenFail(call: () => unknown, name: string): Promise<never> {
  await call();
  throw new PlatformError('unavailable', `${name} was done and failed as planned`);
}
