/**
 * What can be done to many jobs at once, and what it means.
 */
export const VERBS = {
  retry: 'A new run of each job that failed or expired. Shoppers pay nothing; the service pays the model.',
  cancel: 'Each job that has not ended is given up.',
  expire: 'Each job that still waits ends as expired, and can be tried again later.',
  erase: 'Photo, picture, prompt and metadata of each job go for good.',
} as const;
