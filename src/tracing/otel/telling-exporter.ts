import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

type Report = Parameters<SpanExporter['export']>[1];
type ExportResult = Parameters<Report>[0];

/** Says once that a collector takes no spans, and once that it does again: nothing else of the hub minds. */
export class TellingExporter implements SpanExporter {
  private readonly logger = new Logger('Tracing');
  /** Spans of many go out with the last one's end: the export is none of its trace, or its request's. */
  private readonly outside = AsyncLocalStorage.snapshot();
  private hasFailed = false;

  constructor(private readonly inner: SpanExporter) {}

  export(spans: ReadableSpan[], report: Report): void {
    this.outside(() => {
      this.inner.export(spans, result => {
        this.tell(result);
        report(result);
      });
    });
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.inner.shutdown();
  }

  /** The class of the error alone: what a collector has answered is not the hub's to repeat. */
  private tell({ error }: ExportResult): void {
    if (error && !this.hasFailed)
      this.logger.warn({ msg: 'The collector takes no traces: what cannot be sent is dropped', error: error.name });
    if (!error && this.hasFailed) this.logger.log({ msg: 'The collector takes traces again' });
    this.hasFailed = error !== undefined;
  }
}
