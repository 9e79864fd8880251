/**
 * Webhooks on the google platform: the very same tests as on the embedded one, against the Firestore emulator and the
 * doubles. Services are started and stopped for each test, the emulator with them.
 */
export const FILE_LIMIT_MS = 420_000;

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../webhook-service.test.ts');
