/** Settings that are good for a start of a service of the google platform; nothing answers where they lead. */
export const startSettings = {
  PORT: '0',
  HOST: '127.0.0.1',
  GOOGLE_CLOUD_PROJECT: 'demo-easel',
  GOOGLE_CLOUD_LOCATION: 'europe-west1',
  BUCKET: 'demo',
  WORKER_URL: 'http://127.0.0.1:1',
  TASKS_SERVICE_ACCOUNT: 'tasks@demo-easel.iam.gserviceaccount.com',
  ID_SECRET: Buffer.alloc(32).toString('base64'),
  SESSION_SECRET: Buffer.alloc(32).toString('base64'),
  FIRESTORE_EMULATOR_HOST: '127.0.0.1:1',
  STORAGE_ENDPOINT: 'http://127.0.0.1:1',
  TASKS_ENDPOINT: '127.0.0.1:1',
  METADATA_SERVER_DETECTION: 'none',
  GEMINI_MODEL: 'offline',
};
