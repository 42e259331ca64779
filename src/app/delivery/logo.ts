import type { Sending } from '#app/settings/effective';
import type { Logo, SettingsStore } from '#app/settings/model';
import type { InlineData } from '#contract/relay/api';

/** Sides that a logo is shown in at most, in px. */
const MAX_WIDTH_PX = 240;
const MAX_HEIGHT_PX = 64;

const ENDINGS = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif' } as const;

/** A logo as the renderer places it and as the relay puts it into the mail. */
export interface MailLogo {
  readonly shown: { readonly cid: string; readonly widthPx: number; readonly heightPx: number };
  readonly data: InlineData;
}

/** The logo that mail from here carries; undefined without one. */
export async function logoFor(
  settings: Pick<SettingsStore, 'logo'>,
  { presentation, logoOwner }: Pick<Sending, 'presentation' | 'logoOwner'>,
): Promise<MailLogo | undefined> {
  if (presentation.logo === 'none') return undefined;
  const logo = await settings.logo(logoOwner);
  return logo && mailLogo(logo);
}

export function mailLogo({ mediaType, base64, widthPx, heightPx }: Logo): MailLogo {
  const scale = Math.min(1, MAX_WIDTH_PX / widthPx, MAX_HEIGHT_PX / heightPx);
  const cid = 'logo@pagemail';
  return {
    shown: { cid, widthPx: Math.max(1, Math.round(widthPx * scale)), heightPx: Math.max(1, Math.round(heightPx * scale)) },
    data: { cid, filename: `logo.${ENDINGS[mediaType]}`, mediaType, base64 },
  };
}

export const dataUrl = ({ mediaType, base64 }: Pick<InlineData, 'mediaType' | 'base64'>): string => `data:${mediaType};base64,${base64}`;
