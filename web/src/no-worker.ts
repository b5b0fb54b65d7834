/* In the place of worker-timers: broker.ts asks for timers of the window. */
export {}
