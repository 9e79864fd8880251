/** The API as it would start without care: every file by itself, every SDK before it listens. */
import '@google-cloud/firestore';
import '@google-cloud/storage';
import '@google-cloud/tasks';

await import('../../api/server.ts');
