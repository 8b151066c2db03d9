/** The instant at which 0.1.0 was asked, a second after its last change. */
export const ASKED_AT_MS = 1_795_890_485_176;
