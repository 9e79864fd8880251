/**
 * Names for what the page begins, which also name its submits.
 */

/** `randomUUID` is only there for pages that came by https. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}
