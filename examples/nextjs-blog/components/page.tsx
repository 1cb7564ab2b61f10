import type { ReactNode } from 'react';
import { site } from '@/lib/site';

interface PageProps {
  /** The address of the navigation's entry that this page belongs to. */
  current?: string;
  front?: boolean;
  children: ReactNode;
  colophon?: ReactNode;
}

export function Page({ current, front = false, children, colophon }: PageProps) {
  const Name = front ? 'h1' : 'p';
  return (
    <>
      <a className="skip" href="#content">
        Skip to the text
      </a>
      <header className={front ? 'masthead masthead-front' : 'masthead'}>
        <Name className="masthead-name">
          <a href="/" aria-current={front ? 'page' : undefined}>
            {site.name}
          </a>
        </Name>
        {front && <p className="masthead-motto">{site.description}</p>}
        <nav aria-label="Main">
          <ul>
            {site.navigation.map(({ href, label }) => (
              <li key={href}>
                <a href={href} aria-current={href === current ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer className="footer">
        {colophon && <p className="colophon">{colophon}</p>}
        <p>
          {site.name} is an example site of Cache Handshake. Every page says which version of each post it shows, and is kept until
          that changes.
        </p>
      </footer>
    </>
  );
}
