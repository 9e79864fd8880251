/**
 * The routes of the service that Easel replaces, in their old form over the same verbs: a shop moves by changing one
 * address, and its pages after that. They are there where `LEGACY_API` is on; docs/migrating.md has what is new.
 */
import type { Route } from '../route.ts';
import { asBefore } from './as-before.ts';
import { batchGenerate } from './batch.ts';
import { generate, generateCustom } from './generate.ts';
import { getGuide, modelInfo } from './model-info.ts';
import { checkQuota } from './quota.ts';
import { confirmUpload, receiveUpload, signUpload } from './uploads.ts';

/** Where the paths begin that a shopper's cookie is for. */
export const LEGACY_PATH = '/api/v1/';

/** Anyone: no caller of the earlier service has a key. Who asks is found out by `identify`, and counted. */
export const LEGACY_ROUTES: readonly Route[] = [
  ['post', '/api/v1/generate', 'anyone', asBefore(generate)],
  ['post', '/api/v1/generate-custom', 'anyone', asBefore(generateCustom)],
  ['post', '/api/v1/batch-generate', 'anyone', asBefore(batchGenerate)],
  ['get', '/api/v1/quota', 'anyone', asBefore(checkQuota)],
  ['post', '/api/v1/upload/signed-url', 'anyone', asBefore(signUpload)],
  ['put', '/api/v1/upload/:id', 'anyone', asBefore(receiveUpload)],
  ['post', '/api/v1/upload/confirm', 'anyone', asBefore(confirmUpload)],
  ['get', '/model-info', 'anyone', asBefore(modelInfo)],
  ['get', '/docs/migrating', 'anyone', getGuide],
];
