"""Invite people from the console, and print the link of each."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collab.accounts.actions import invitations
from collab.accounts.models import Rank
from collab.lib.errors import Refusal


class Command(BaseCommand):
    help = "Invite these addresses (a mail leaves where mail is set up) and print a link for each; or make one link."

    def add_arguments(self, parser):
        parser.add_argument("addresses", nargs="*", metavar="ADDRESS", help="name@example.org, or “Name <address>”")
        ranks = [rank.value for rank in Rank if rank != Rank.OWNER]
        parser.add_argument("--rank", choices=ranks, default=Rank.MEMBER.value)
        parser.add_argument("--link", action="store_true", help="one link for whoever has it, instead of addresses")
        parser.add_argument("--uses", type=int, help="how many people the link lets in (default: any number)")
        parser.add_argument("--days", type=int, default=invitations.DAYS)
        parser.add_argument("--language", choices=list(dict(settings.LANGUAGES)), default=settings.LANGUAGE_CODE)

    def handle(self, *args, addresses, rank, link, uses, days, language, **options):
        if link == bool(addresses):
            raise CommandError("Give addresses, or --link.")
        terms = invitations.Terms(rank=rank, days=days, language=language)
        try:
            if link:
                self.stdout.write(self._link(invitations.invite_by_link(None, terms, uses=uses)))
                return
            results = invitations.invite_addresses(None, "\n".join(addresses), terms)
        except Refusal as refused:
            raise CommandError(str(refused.message)) from None
        for result in results:
            link = self._link(result.invitation) if result.invitation else "-"
            self.stdout.write(f"{result.outcome:10} {result.written}  {link}")
        if wrong := sum(result.outcome == "malformed" for result in results):
            raise CommandError(f"{wrong} of {len(results)} entries are no e-mail addresses; the others are invited.")

    @staticmethod
    def _link(invitation):
        return settings.URL + invitations.path_of(None, invitation)
