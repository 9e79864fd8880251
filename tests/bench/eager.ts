/** Loaded before the API's own code: every SDK at once, as a service does that imports them at the head of its files. */
import '@google-cloud/firestore';
import '@google-cloud/storage';
import '@google-cloud/tasks';
import '@google/genai';
