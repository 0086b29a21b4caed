/**
 * This site has no collection of files. Astro takes every folder of `src/content` for one unless one is declared, and
 * would warn that it finds no documents among the claims, which are a typed list.
 */
import { defineCollection } from 'astro:content';

export const collections = { claims: defineCollection({ loader: () => [] }) };
