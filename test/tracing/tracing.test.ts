import { describe, expect, test } from 'vitest';
import { SignalboxError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { openTracing } from '../../src/tracing/open-tracing.ts';
import { Tracing } from '../../src/tracing/tracing.ts';
import { until } from '../flow/stage.ts';
import { attributeOf, startCollector, type Collector } from '../support/otlp.ts';

const log = createLog('silent');

function tracingTo({ url: endpoint }: Pick<Collector, 'url'>, headers = {}) {
  return openTracing({ endpoint, serviceName: 'a-test', headers }, log);
}

describe('spans', () => {
  test('are sent with their parents, those of other processes too, and with the headers that the collector wants', async () => {
    await using collector = await startCollector();
    let carried: string | null = null;
    {
      await using first = await tracingTo(collector, { 'x-key': 'of the collector' });
      await first.tracing.span('request', { parent: null }, async () => {
        carried = first.tracing.origin('r').traceParent;
        await first.tracing.span('inner', {}, async () => first.tracing.past('earlier', {}, new Date(Date.now() - 5_000)));
      });
    }
    {
      await using second = await tracingTo(collector);
      await second.tracing.span('elsewhere', { parent: carried }, async () => {});
    }
    const named = (name: string) => collector.spans.find((span) => span.name === name)!;
    const [request, inner, earlier, elsewhere] = ['request', 'inner', 'earlier', 'elsewhere'].map(named);
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(request!.parentSpanId).toBe('');
    expect([inner, elsewhere].map((span) => span!.parentSpanId)).toEqual([request!.spanId, request!.spanId]);
    expect(earlier!.parentSpanId).toBe(inner!.spanId);
    expect(Number(BigInt(earlier!.endTimeUnixNano) - BigInt(earlier!.startTimeUnixNano))).toBeGreaterThan(4e9);
    expect(collector.headers[0]!.get('x-key')).toBe('of the collector');
    expect(collector.bodies[0]).toContain('a-test');
  });

  test('of what fails say the error’s code, and none of its words', async () => {
    await using collector = await startCollector();
    const error = new SignalboxError('model.overloaded', 'words of somebody', { nextStep: 'Wait.' });
    {
      await using open = await tracingTo(collector);
      const failing = open.tracing.span('call', { parent: null }, () => Promise.reject(error));
      await expect(failing).rejects.toBe(error);
    }
    expect(collector.spans[0]!.status).toMatchObject({ code: 2, message: 'model.overloaded' });
    expect(attributeOf(collector.spans[0]!, 'error.type')).toBe('model.overloaded');
    expect(collector.bodies.join('\n')).not.toContain('words of somebody');
  });

  test.each([null, '', 'x', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`, `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01-extra`])(
    'that continue no trace begin one: %j',
    async (parent) => {
      await using collector = await startCollector();
      {
        await using open = await tracingTo(collector);
        await open.tracing.span('request', { parent }, async () => {});
      }
      expect(collector.spans).toMatchObject([{ name: 'request', parentSpanId: '' }]);
    },
  );
});

describe('a collector that is away', () => {
  test('holds nobody up, and is told of once', async () => {
    const lines: string[] = [];
    const told = createLog('info', { write: (line: string) => void lines.push(line) });
    await using collector = await startCollector();
    collector.mode = 'refuse';
    await using open = await openTracing({ endpoint: collector.url, serviceName: 'x', headers: {} }, told);
    // As many as are sent at once.
    const many = async () => {
      for (let count = 0; count < 512; count += 1) await open.tracing.span('call', { parent: null }, async () => {});
    };
    await many();
    await until(() => lines.some((line) => line.includes('traces cannot be sent')), 'the warning');
    await many();
    collector.mode = 'take';
    await until(async () => {
      await many();
      return lines.some((line) => line.includes('traces are sent again'));
    }, 'the end of the outage');
    expect(lines.filter((line) => line.includes('traces cannot be sent'))).toHaveLength(1);
  });

  test('that does not exist neither', async () => {
    await using open = await tracingTo({ url: 'http://127.0.0.1:1' });
    await open.tracing.span('call', { parent: null }, async () => {});
  });
});

test('without settings nothing is traced, and a request goes on as it came', async () => {
  await using open = await openTracing(null, log);
  const parent = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`;
  await open.tracing.span('request', { parent: null }, async () => {
    expect(open.tracing.origin('r')).toEqual({ requestId: 'r', traceParent: null });
  });
  await open.tracing.span('request', { parent }, async () => {
    expect(open.tracing.origin('r').traceParent).toBe(parent);
  });
  expect(new Tracing().origin('r')).toEqual({ requestId: 'r', traceParent: null });
});
