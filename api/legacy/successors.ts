/**
 * What takes the place of each old route. A test holds it against the routes, and docs/migrating.md against it.
 */
export const LEGACY_SUCCESSORS: { readonly [route: string]: string } = {
  'POST /api/v1/generate': '`POST /v1/jobs` with `style`, then `GET /v1/jobs/{id}`',
  'POST /api/v1/generate-custom': '`POST /v1/jobs` with `prompt`, then `GET /v1/jobs/{id}`',
  'POST /api/v1/batch-generate': '`POST /v1/batches` with `styles`, then `GET /v1/batches/{id}`',
  'GET /api/v1/quota': '`GET /v1/quota`',
  'POST /api/v1/upload/signed-url': '`POST /v1/uploads`',
  'PUT /api/v1/upload/:id': 'the `url` that `POST /v1/uploads` answers',
  'POST /api/v1/upload/confirm': 'not needed: a submit names the `uploadId`',
  'GET /model-info': '`GET /v1/styles`',
};
