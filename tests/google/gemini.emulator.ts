/** The same tests of Gemini as on the embedded platform, against the Firestore emulator and the doubles. */
export const FILE_LIMIT_MS = 300_000;

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../gemini.test.ts');
