/**
 * Where the component came from. All of it is one module in a browser, so this is the address of /easel-portrait.js.
 */
export const MODULE_URL = new URL(import.meta.url);
