/**
 * From zod to the JSON Schema of OpenAPI 3.1: named schemas become components that refer to each other, and what zod
 * adds for its own ends (patterns of dates, bounds of safe integers) is left out.
 */
import { z } from 'zod';

export type JsonObject = { [name: string]: unknown };

const TARGET = 'draft-2020-12';

/** Components of the answers. They stay open: clients have to bear members that they do not know. */
export function answerComponents(answers: { readonly [name: string]: z.ZodType }): { [name: string]: JsonObject } {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(answers)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { target: TARGET, io: 'output', uri: schemaRef, override: tidyOpen });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strip(schema)]));
}

/** The schema that validates a request, as a client has to send it; whatever it does not name is refused. */
export function requestSchema(schema: z.ZodType): JsonObject {
  return strip(z.toJSONSchema(schema, { target: TARGET, io: 'input', override: tidy }));
}

/**
 * Puts a text, or further keywords, on each property. A property without one is an error, and so is a text without its
 * property: neither a new field nor a removed one goes unnoticed.
 */
export function describeProperties(schema: JsonObject, notes: { readonly [name: string]: string | JsonObject }) {
  const properties = propertiesOf(schema);
  const names = new Set([...Object.keys(properties), ...Object.keys(notes)]);
  const described = [...names].map(name => {
    const note = notes[name];
    const property = properties[name];
    if (note === undefined || property === undefined) throw new Error(`OpenAPI: "${name}" needs a schema and a text`);
    return [name, { ...property, ...(typeof note === 'string' ? { description: note } : note) }];
  });
  return { ...schema, properties: Object.fromEntries(described) as { [name: string]: JsonObject } };
}

export function propertiesOf(schema: JsonObject): { [name: string]: JsonObject } {
  return (schema.properties ?? {}) as { [name: string]: JsonObject };
}

export function schemaRef(name: string): string {
  return `#/components/schemas/${name}`;
}

function strip({ $schema: _, $id: __, ...schema }: JsonObject): JsonObject {
  return schema;
}

function tidyOpen(context: { jsonSchema: JsonObject }): void {
  tidy(context);
  if (context.jsonSchema.additionalProperties === false) delete context.jsonSchema.additionalProperties;
}

function tidy({ jsonSchema }: { jsonSchema: JsonObject }): void {
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'uri') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (Object.keys(jsonSchema.propertyNames ?? {}).join() === 'type') delete jsonSchema.propertyNames;
  const [first, second] = (jsonSchema.anyOf ?? []) as JsonObject[];
  if (second?.type === 'null' && typeof first?.type === 'string') {
    delete jsonSchema.anyOf;
    Object.assign(jsonSchema, first, { type: [first.type, 'null'] });
  }
}
