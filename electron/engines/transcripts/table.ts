import type { Engine } from '../../../shared/contract/engine';
import { claudeTranscripts } from './claude';
import { codexTranscripts } from './codex';
import { geminiTranscripts } from './gemini';
import type { TranscriptRow } from './transcript';

/** What is known of the engines' transcripts; the others write none. Only the app loads it: a hook has no use for it. */
export const transcriptTable: Readonly<Partial<Record<Engine, TranscriptRow>>> = {
  claude: claudeTranscripts,
  codex: codexTranscripts,
  gemini: geminiTranscripts,
};
