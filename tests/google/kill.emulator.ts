/**
 * `kill -9` on the google platform: the very same test file as on the embedded one, against the Firestore emulator and
 * the doubles, which go on while the services die. A job whose worker died waits for the end of its lease, a minute.
 */
export const FILE_LIMIT_MS = 240_000;

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../kill.test.ts');
