/**
 * Property tests draw the same cases every time, so that a change is judged by what it changed. `npm run fuzz` draws new
 * ones; a counterexample it finds becomes a test of its own.
 */
import { configureGlobal } from 'fast-check';

/** Any number; this one is the day it was chosen. */
const SEED = 20_261_125;

if (process.env.FUZZ === undefined) configureGlobal({ seed: SEED });
