/** The same test of traces as on the embedded platform, against the Firestore emulator and the doubles. */
export const FILE_LIMIT_MS = 240_000;

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../trace.test.ts');
