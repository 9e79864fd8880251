/**
 * What the API takes in bodies: the schemas that validate, with a text for each field. What a schema only checks in code
 * (either style or prompt, at most 16 entries) stands in the texts.
 */
import { inlineItemFields } from '../../common/batches/item.ts';
import { PROMPT_MAX, PROMPT_MIN, submitFields } from '../../common/submit-fields.ts';
import { adminDrawFields } from '../admin/waiting-orders.ts';
import { retryFields } from '../batches/batches.ts';
import { fileFields, itemsFields, JSON_ITEMS_MAX } from '../batches/items-fields.ts';
import { stylesFields } from '../batches/styles-fields.ts';
import { eraseFields } from '../customers/erase-customer.ts';
import { closeFields } from '../customers/privacy-requests.ts';
import { drawFields } from '../kept-photos/draw.ts';
import { keepFields } from '../kept-photos/keep.ts';
import { sessionFields } from '../open-session.ts';
import { uploadFields } from '../open-upload.ts';
import { orderFields } from '../order-job.ts';
import { submitImage } from '../read-submit.ts';
import { adminComponents } from './admin-requests.ts';
import { describeProperties, type JsonObject, propertiesOf, requestSchema, schemaRef } from './schemas.ts';

const PHOTO =
  'JPEG up to 50 megapixels, PNG or WebP up to 25; at most 20 MiB and 10,000 pixels a side, and at least as many ' +
  'pixels on the shorter side as the style asks for (256). Judged by its bytes, not by its name.';

/** The schema counts them in code. */
const METADATA_ENTRIES_MAX = 16;

const STYLE = "A style's id from `GET /v1/styles`; `ink_wash`, `pen_and_marker` and `sketch` are understood too.";

const DRAW = {
  style: 'Instead of the one that the shopper wanted.',
  options: { $ref: schemaRef('SubmitOptions') },
};

/** Components of the requests' bodies. */
export function requestComponents(): { [name: string]: JsonObject } {
  const fields = submitProperties();
  const photos = photoSchemas();
  const closed = { type: 'object', required: ['image'], additionalProperties: false };
  const photo = { oneOf: Object.keys(photos).map(name => ({ $ref: schemaRef(name) })) };
  const file = { type: 'string', format: 'binary', description: `The photo, as a file. ${PHOTO}` };
  const { options, metadata, webhook } = fields;
  return {
    SubmitForm: {
      ...closed,
      properties: {
        image: file,
        ...fields,
        // Tools that fill a form in from the examples leave this one empty: it does not go with the style.
        prompt: { ...fields.prompt, minLength: 0, examples: [''] },
        options: asText('SubmitOptions', '{"variation":1}'),
        metadata: asText('SubmitMetadata', '{"product":"42"}'),
        webhook: asText('SubmitWebhook', '{"url":"https://shop.example.com/hooks/easel"}'),
      },
    },
    SubmitJson: {
      ...closed,
      properties: {
        image: photo,
        ...fields,
        options: { $ref: schemaRef('SubmitOptions') },
        metadata: { $ref: schemaRef('SubmitMetadata') },
        webhook: { $ref: schemaRef('SubmitWebhook') },
      },
    },
    ...stylesComponents({ closed, photo, file }),
    ...itemsComponents(),
    SubmitOptions: submitOptions(options),
    SubmitMetadata: metadata ?? {},
    SubmitWebhook: submitWebhook(webhook),
    ...photos,
    SessionRequest: describeProperties(requestSchema(sessionFields), {
      firestore: 'Also asks for what the page needs to read its jobs in Firestore.',
      challenge: "What the challenge's script gave the page. Passed over where no challenge is set up.",
    }),
    OrderRequest: describeProperties(requestSchema(orderFields), {
      orderId: 'Your own number of the order: up to 100 printable ASCII characters without blanks.',
    }),
    ErasureRequest: describeProperties(requestSchema(eraseFields), { reason: 'Why, for the audit. Name nobody.' }),
    CloseRequest: describeProperties(requestSchema(closeFields), { reason: 'Why, for the audit. Name nobody.' }),
    ...adminComponents(),
    KeepRequest: describeProperties(requestSchema(keepFields), {
      style: STYLE,
      options: { $ref: schemaRef('SubmitOptions') },
    }),
    DrawRequest: describeProperties(requestSchema(drawFields), DRAW),
    AdminDrawRequest: describeProperties(requestSchema(adminDrawFields), { ...DRAW, reason: 'Why, for the audit.' }),
    UploadRequest: describeProperties(requestSchema(uploadFields), {
      contentType: 'The type of the photo; the upload has to bear it.',
      bytes: 'The exact length of the photo; an upload of another length is refused.',
    }),
  };
}

/** Several styles of one photo, as a form and as JSON. */
function stylesComponents({ closed, photo, file }: { [name: string]: JsonObject }) {
  const { properties } = describeProperties(requestSchema(stylesFields), {
    styles: { description: `Each once. ${STYLE}`, examples: [['ink-wash', 'charcoal']] },
    options: { $ref: schemaRef('SubmitOptions') },
    customerId: 'With a server key only: your id of the shopper, whose quota counts.',
    customId: 'Your own name for the batch; each of its jobs bears it too.',
    metadata: { $ref: schemaRef('SubmitMetadata') },
    webhook: { $ref: schemaRef('SubmitWebhook') },
    partial: 'Take in as many styles as there is room for, instead of all or none.',
  });
  const { options: _, metadata: __, webhook: ___, styles, partial, ...rest } = properties;
  const listed = { ...closed, required: ['image', 'styles'] };
  return {
    StylesForm: {
      ...listed,
      properties: {
        image: file,
        ...rest,
        styles: { ...asText('StylesJson', '["ink-wash","charcoal"]'), description: 'Style ids, as a JSON array.' },
        options: asText('SubmitOptions', '{"variation":1}'),
        metadata: asText('SubmitMetadata', '{"product":"42"}'),
        webhook: asText('SubmitWebhook', '{"url":"https://shop.example.com/hooks/easel"}'),
        partial: { type: 'string', enum: ['true', 'false'], description: String(partial?.description) },
      },
    },
    StylesJson: {
      ...listed,
      properties: {
        image: photo,
        ...rest,
        ...(styles ? { styles } : {}),
        ...(partial ? { partial } : {}),
        webhook: { $ref: schemaRef('SubmitWebhook') },
        options: { $ref: schemaRef('SubmitOptions') },
        metadata: { $ref: schemaRef('SubmitMetadata') },
      },
    },
  };
}

/** What is asked of a batch, in its body or, beside lines, in the query string. */
export const ASKED = {
  onInvalid: '`reject` (the default): one that is not valid keeps all out. `skip`: it is left out.',
  maxCostUsd: 'Nothing is taken in when all of it is expected to cost more.',
  deliverBy: 'By when all of it is wanted: the cheapest lane that can keep that is chosen, see `tier`.',
  lane: '`bulk`, or `economy` at half the price; default: by `deliverBy`.',
  customId: 'Your own name for the batch.',
};

/** Many items: within the body, or in a file that was uploaded. */
function itemsComponents() {
  const { properties: itemProperties, ...item } = requestSchema(inlineItemFields);
  const { image: _, options: __, metadata: ___, ...plain } = propertiesOf({ properties: itemProperties });
  const photo = { oneOf: ['InlinePhoto', 'UploadedPhoto', 'RemotePhoto'].map(name => ({ $ref: schemaRef(name) })) };
  const asked = {
    ...ASKED,
    metadata: { $ref: schemaRef('SubmitMetadata') },
    webhook: { $ref: schemaRef('SubmitWebhook') },
  };
  const list = { type: 'array', minItems: 1, maxItems: JSON_ITEMS_MAX, items: { $ref: schemaRef('BatchItem') } };
  return {
    BatchItem: {
      ...item,
      properties: {
        ...plain,
        image: photo,
        options: { $ref: schemaRef('SubmitOptions') },
        metadata: { $ref: schemaRef('SubmitMetadata') },
      },
      description: 'One picture of a batch. `customId` is unique in it; either `style` or `prompt`.',
    },
    ItemsJson: referring(describeProperties(requestSchema(itemsFields), { items: list, ...asked })),
    FileJson: referring(
      describeProperties(requestSchema(fileFields), { file: { $ref: schemaRef('UploadedPhoto') }, ...asked }),
    ),
    BatchRetryRequest: describeProperties(requestSchema(retryFields), {
      only: 'Default: both.',
      codes: 'Only those that ended with one of these; default: any.',
    }),
  };
}

/** What is a reference is that alone. */
function referring(schema: JsonObject): JsonObject {
  const entries = Object.entries(propertiesOf(schema)).map(([name, property]) => [
    name,
    property.$ref === undefined ? property : { $ref: property.$ref },
  ]);
  return { ...schema, properties: Object.fromEntries(entries) };
}

/** A form carries JSON as text: a part with a type of its own would be a file to browsers. */
function asText(schema: string, example: string): JsonObject {
  return { type: 'string', description: `\`${schema}\` as JSON text, such as \`${example}\`.`, examples: [example] };
}

function submitProperties() {
  const { properties } = describeProperties(requestSchema(submitFields), {
    style: { description: `${STYLE} Send either \`style\` or \`prompt\`.`, examples: ['ink-wash'] },
    prompt: {
      description:
        'What to draw, in your own words (3 to 1,000 characters); counts against the `custom` pool. Send either this or ' +
        '`style`. From a session only where the shop allows it.',
      minLength: PROMPT_MIN,
      maxLength: PROMPT_MAX,
    },
    options: {},
    customerId: {
      description:
        'With a server key only: your id of the shopper, whose quota counts and who alone reuses the picture.',
      examples: ['7'],
    },
    customId: {
      description: 'Your own name for the job, such as an order number. `GET /v1/jobs` finds it.',
      examples: ['order-1001'],
    },
    metadata: { description: 'Up to 16 entries that come back with the job.', maxProperties: METADATA_ENTRIES_MAX },
    webhook: { description: 'With a server key only: where to tell of the end of the job.' },
  });
  return properties;
}

function submitOptions(options: JsonObject | undefined): JsonObject {
  return describeProperties(options ?? {}, {
    aspectRatio: 'Such as `4:5`, which the styles have by default; what the model of the style can draw.',
    size: 'Such as `1K`, which the styles have by default; what the model of the style can draw.',
    variation: 'Another number asks for another version of the same picture. Default 0.',
  });
}

function submitWebhook(webhook: JsonObject | undefined): JsonObject {
  return describeProperties(webhook ?? {}, {
    url: {
      description: 'A public `https://` address without a port or user name; see the webhook `jobEnded`.',
      examples: ['https://shop.example.com/hooks/easel'],
    },
  });
}

function photoSchemas() {
  const [inline, uploaded, remote] = requestSchema(submitImage).anyOf as JsonObject[];
  return {
    InlinePhoto: describeProperties(inline ?? {}, { data: `The photo as base64, or as a data URL. ${PHOTO}` }),
    UploadedPhoto: describeProperties(uploaded ?? {}, {
      uploadId: 'Of `POST /v1/uploads`, after the photo was put there.',
    }),
    RemotePhoto: describeProperties(remote ?? {}, {
      url: {
        description:
          'With a server key only: where the photo is, at a public `https://` address without a port, user name or ' +
          'redirect. It is fetched before the submit is answered, within 10 seconds.',
        examples: ['https://photos.example.com/cat.jpg'],
      },
    }),
  };
}
