export interface BannerFacts {
  publicUrl: string;
  sandboxUrl: string | null;
  demo: { facilityId: string; calendarCount: number; apiKey: string } | null;
  adminKeyFile: string | null;
  isDatabaseEmbedded: boolean;
  /** As it was given; null: the default. */
  dataDir: string | null;
}

/** What the start tells the person in front of it. */
export function banner(facts: BannerFacts): string {
  const lines = [
    '',
    'The hub is ready.',
    '',
    `  API         ${facts.publicUrl}/api/v1`,
    `  Swagger UI  ${facts.publicUrl}/docs`,
    `  Console     ${facts.publicUrl}/console`,
    `  Health      ${facts.publicUrl}/health/ready`,
  ];
  if (facts.sandboxUrl !== null)
    lines.push(`  Sandbox     ${facts.sandboxUrl}   (the reference hospital's page; its API is under /api/v1)`);
  lines.push(`  Database    ${facts.isDatabaseEmbedded ? 'embedded PostgreSQL' : 'DATABASE_URL'}`);
  if (facts.demo) {
    lines.push(
      '',
      `  Demo facility  ${facts.demo.facilityId}   (${facts.demo.calendarCount} calendars)`,
      `  Demo API key   ${facts.demo.apiKey}`,
    );
  }
  if (facts.adminKeyFile !== null) lines.push(`  Admin API key  in ${facts.adminKeyFile}`);
  if (facts.demo)
    lines.push('', `  Next, in another terminal:  ${facts.dataDir === null ? '' : `DATA_DIR=${facts.dataDir} `}npm run journeys`);
  return `${lines.join('\n')}\n`;
}
