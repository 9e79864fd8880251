/**
 * The forms of the files that the cloud takes, as far as ours use them, from the reference of each API
 * (cloud.google.com/monitoring/api/ref_v3/rest, cloud.google.com/logging/docs/reference/v2/rest,
 * cloud.google.com/storage/docs/json_api/v1/buckets). A field that is not named here is a slip.
 */
const text = { type: 'string', minLength: 1 };
const seconds = { type: 'string', pattern: '^\\d+s$' };
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const list = (items: object, minItems = 1) => ({ type: 'array', items, minItems });
const texts = { type: 'object', additionalProperties: { type: 'string' } };

const aligner = {
  enum: [
    ...['ALIGN_RATE', 'ALIGN_DELTA', 'ALIGN_MAX', 'ALIGN_NEXT_OLDER'],
    ...['ALIGN_PERCENTILE_50', 'ALIGN_PERCENTILE_95', 'ALIGN_PERCENTILE_99'],
  ],
};
const reducer = { enum: ['REDUCE_SUM', 'REDUCE_MAX', 'REDUCE_MEAN', 'REDUCE_COUNT', 'REDUCE_COUNT_FALSE'] };
const aggregation = object(
  {
    ...{ alignmentPeriod: seconds, perSeriesAligner: aligner, crossSeriesReducer: reducer },
    groupByFields: list({ type: 'string', pattern: '^(metric|resource)\\.label\\.\\w+$' }),
  },
  ['alignmentPeriod', 'perSeriesAligner'],
);
const trigger = object({ count: { type: 'integer', minimum: 1 } });
const threshold = object(
  {
    ...{ filter: text, denominatorFilter: text, comparison: { enum: ['COMPARISON_GT'] }, duration: seconds },
    ...{ thresholdValue: { type: 'number' }, trigger },
    ...{ aggregations: list(aggregation), denominatorAggregations: list(aggregation) },
  },
  ['filter', 'comparison', 'thresholdValue', 'duration'],
);
const absent = object({ filter: text, duration: seconds, aggregations: list(aggregation), trigger }, [
  'filter',
  'duration',
]);

export const POLICY = object(
  {
    displayName: text,
    userLabels: { type: 'object', additionalProperties: { type: 'string', pattern: '^[a-z0-9_-]{1,63}$' } },
    severity: { enum: ['CRITICAL', 'ERROR', 'WARNING'] },
    combiner: { enum: ['AND', 'OR'] },
    conditions: list({
      oneOf: [
        object({ displayName: text, conditionThreshold: threshold }, ['displayName', 'conditionThreshold']),
        object({ displayName: text, conditionAbsent: absent }, ['displayName', 'conditionAbsent']),
      ],
    }),
    documentation: object(
      {
        ...{ subject: text, content: text, mimeType: { const: 'text/markdown' } },
        links: list(object({ displayName: text, url: { type: 'string', format: 'uri' } })),
      },
      ['content', 'mimeType'],
    ),
    notificationChannels: list(text),
    alertStrategy: object({ autoClose: seconds }),
  },
  ['displayName', 'combiner', 'conditions', 'documentation', 'notificationChannels'],
);

export const LOG_METRIC = object(
  {
    ...{ name: text, description: text, filter: text },
    metricDescriptor: object(
      {
        metricKind: { const: 'DELTA' },
        valueType: { enum: ['INT64', 'DISTRIBUTION'] },
        unit: text,
        labels: list(object({ key: text, valueType: { const: 'STRING' } }), 0),
      },
      ['metricKind', 'valueType'],
    ),
    valueExtractor: { type: 'string', pattern: '^EXTRACT\\(jsonPayload\\.\\w+\\)$' },
    labelExtractors: texts,
    bucketOptions: {
      oneOf: [
        object({
          exponentialBuckets: object({
            numFiniteBuckets: { type: 'integer', maximum: 200 },
            growthFactor: { type: 'number', exclusiveMinimum: 1 },
            scale: { type: 'number' },
          }),
        }),
        object({
          linearBuckets: object({
            numFiniteBuckets: { type: 'integer', maximum: 200 },
            width: { type: 'number' },
            offset: { type: 'number' },
          }),
        }),
      ],
    },
  },
  ['name', 'filter', 'metricDescriptor'],
);

const cut = object({
  distributionCut: object({
    distributionFilter: text,
    range: object({ min: { type: 'number' }, max: { type: 'number' } }),
  }),
});
const ratio = object({ goodTotalRatio: object({ badServiceFilter: text, totalServiceFilter: text }) });

export const SLO = object(
  {
    displayName: text,
    goal: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    rollingPeriod: { type: 'string', pattern: '^\\d+s$' },
    serviceLevelIndicator: object({ requestBased: { oneOf: [cut, ratio] } }, ['requestBased']),
  },
  ['goal', 'rollingPeriod', 'serviceLevelIndicator'],
);

const place = { type: 'integer', minimum: 0, maximum: 1_000 };
const query = object({ timeSeriesFilter: object({ filter: text, aggregation }, ['filter', 'aggregation']) });

export const DASHBOARD = object(
  {
    displayName: text,
    labels: texts,
    mosaicLayout: object({
      columns: { const: 48 },
      tiles: list(
        object({
          ...{ xPos: place, yPos: place, width: place, height: place },
          widget: object({
            title: text,
            xyChart: object({ dataSets: list(object({ plotType: { const: 'LINE' }, timeSeriesQuery: query })) }),
          }),
        }),
      ),
    }),
  },
  ['displayName', 'mosaicLayout'],
);

const days = { type: 'integer', minimum: 1 };

export const LIFECYCLE = object({
  rule: list(
    object(
      {
        action: object({ type: { const: 'Delete' } }, ['type']),
        condition: object({
          ...{ age: days, daysSinceCustomTime: days, daysSinceNoncurrentTime: days },
          matchesPrefix: list({ type: 'string', pattern: '^[a-z]+/$' }),
        }),
      },
      ['action', 'condition'],
    ),
  ),
});
