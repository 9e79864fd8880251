/**
 * Where the photo of a job lies: in one of 32 folders that all jobs share, by the last character of the job's id. A folder
 * for each job would have to be made and synced for each; on the embedded platform that took longer than all the rest of
 * storing a small photo. One folder for all would have to be read whole whenever a job is erased.
 */
const PHOTO = /^inputs\/[a-z0-9]\/(?<id>[a-z0-9_]+)-[a-z0-9]+$|^inputs\/(?<earlier>[a-z0-9_]+)\//;

/** `token` tells the copies of the photo apart that repeats of one submit bring. */
export function photoPath(jobId: string, token: string): string {
  return `inputs/${jobId.slice(-1)}/${jobId}-${token}`;
}

/** Under which all copies of a job's photo are found; the second one was used up to version 0.1. */
export function photoPrefixes(jobId: string): readonly string[] {
  return [photoPath(jobId, ''), `inputs/${jobId}/`];
}

/** Whose photo lies there; empty for what is none. */
export function jobOfPhoto(path: string): string {
  const { id, earlier } = PHOTO.exec(path)?.groups ?? {};
  return id ?? earlier ?? '';
}
