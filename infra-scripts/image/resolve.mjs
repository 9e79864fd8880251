// Where a package's module for browsers lies; only a module can ask.
export const resolve = specifier => import.meta.resolve(specifier);
