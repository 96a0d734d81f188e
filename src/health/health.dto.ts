export class LiveDto {
  status!: 'live';
}

export class ReadyDto {
  status!: 'ready';
}
