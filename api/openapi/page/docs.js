/**
 * Starts Swagger UI on our own document. `validatorUrl: null` keeps it from asking a public validator about it.
 */
window.SwaggerUIBundle({
  url: 'openapi.json',
  domNode: document.getElementById('reference'),
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  showCommonExtensions: true,
  requestInterceptor: withoutEmptyFields,
});

/** Swagger UI also sends the fields of a form that were left empty; the API takes them for what they say. */
function withoutEmptyFields(request) {
  if (!(request.body instanceof FormData)) return request;
  for (const [name, value] of [...request.body]) if (value === '') request.body.delete(name);
  return request;
}
