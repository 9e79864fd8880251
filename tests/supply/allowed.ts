/**
 * What is allowed of the packages, each exception with its reason. Whoever adds a line has looked at what it lets in.
 */

/** SPDX names. All let us use, change and hand on a package within a service of any licence. */
export const LICENCES: readonly string[] = ['MIT', 'Apache-2.0', 'BSD-3-Clause', 'ISC', '0BSD', 'Unlicense'];

/** Packages by the start of their names: a licence beyond those, or one that they state in their own way. */
export const LICENCE_EXCEPTIONS: readonly {
  readonly package: string;
  readonly licence: string;
  readonly reason: string;
}[] = [
  {
    package: '@img/sharp-',
    licence: 'LGPL-3.0-or-later',
    reason: 'libvips, which sharp loads as a library of its own; we change nothing of it',
  },
  { package: 'axe-core', licence: 'MPL-2.0', reason: 'a tool of the tests, used as it is; no image carries it' },
  { package: 'busboy', licence: 'MIT', reason: 'states it in the old form, a list called "licenses"' },
  { package: 'streamsearch', licence: 'MIT', reason: 'as busboy, of the same author' },
];

/** Packages with a script that npm would run at install. Everything works without, and the images install so. */
export const INSTALL_SCRIPTS: readonly { readonly package: string; readonly reason: string }[] = [
  { package: 'esbuild', reason: 'looks whether its program is there, which comes as an optional package' },
  { package: 'protobufjs', reason: 'only warns of a version scheme that differs' },
];

/**
 * Advisories of high or critical severity that do not concern us. Each is looked at again after `LOOK_AGAIN_DAYS`, and
 * one that is reported no more has to go from here.
 */
export const ADVISORIES: readonly {
  readonly url: string;
  readonly reason: string;
  /** When it was looked at, such as 2026-11-23. */
  readonly looked: string;
}[] = [];
export const LOOK_AGAIN_DAYS = 90;
