/** `glimpse alert demo`: fires an alert of the demo fleet, in the running bot or, with none, before one's eyes. */
import { hasDemoData, publicBaseOf } from '../../core.ts';
import { alertOnDemand } from '../../demo/story-alerts.ts';
import { BotError } from '../../domain/errors.ts';
import { systemClock } from '../../lib/clock.ts';
import { spanWords } from '../../render/clock-words.ts';
import { type CommandOptions, configFor, EXIT, type Io, UsageError } from '../command.ts';
import { findRunningBot, PATIENT_PROBE_MS } from '../remote.ts';
import { refusePictures, showDryRun } from './dry-run.ts';

const MINUTE_MS = 60_000;

/** Fires or shows. @throws UsageError; BotError `ALERT_…` */
export async function demoCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  if (words.length > 0) throw new UsageError('alert demo takes no words; it fires an alert of the demo fleet');
  const config = await configFor(io, options.config);
  const bot = options['dry-run'] ? undefined : await findRunningBot(config, PATIENT_PROBE_MS);
  if (bot) {
    refusePictures(options);
    const fired = await bot.fireDemo();
    io.stdout.write(
      options.json
        ? `${JSON.stringify(fired, undefined, 2)}\n`
        : `Fired: ${fired.title}\nIt is over by itself in ${leftOf(fired.endsAt)}. Ask: npx glimpse ask "alerts"\n`,
    );
    return EXIT.answered;
  }
  if (!hasDemoData(config)) {
    throw new BotError(
      'ALERT_NOT_SENT',
      'There is no demo fleet under this config; `queries: [{ pack: demo }]` brings it.',
    );
  }
  if (!options['dry-run']) io.stderr.write('No Glimpse is running: this is what a room would read.\n');
  await showDryRun(alertOnDemand(systemClock.now(), publicBaseOf(config)), config, options, io);
  return EXIT.answered;
}

/** How long it fires, rounded: the answer took a moment. */
function leftOf(endsAt: string): string {
  return spanWords(Math.round((Date.parse(endsAt) - systemClock.now()) / MINUTE_MS) * MINUTE_MS);
}
