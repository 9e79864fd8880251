/** The package has no types of its own; this is what the adapter uses. */
declare module 'better-sqlite3' {
  export default class Database {
    constructor(file: string, options?: { timeout?: number });
    pragma(statement: string): unknown;
  }
}
