"""Who got paid, and why, as a table."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tongbao.config.demo.story import Story
from tongbao.kit.errors import Language
from tongbao.money import format_yuan

CHINESE = ("王薇", "待结算", "可提现", "已提现", "欠款")
ENGLISH = ("VIP", "pending", "cash", "withdrawn", "owed")
STATES = {
    "pending": ("待结算", "pending"),
    "released": ("可提现", "released"),
    "voided": ("已作废", "voided"),
    "clawed_back": ("已追回", "clawed back"),
}


def print_story(story: Story, *, console: Console, language: Language) -> None:
    """One table for each chapter: person, amount, state, and the sentence that explains it."""
    zh = language == "zh"
    for chapter in story.chapters:
        title = chapter.title_zh if zh else chapter.title_en
        if chapter.awards:
            table = Table(title=title, title_justify="left", title_style="bold", show_lines=False)
            heads = ("谁", "金额", "状态", "为什么") if zh else ("Who", "Yuan", "State", "Why")
            table.add_column(heads[0], no_wrap=True)
            table.add_column(heads[1], justify="right", no_wrap=True)
            table.add_column(heads[2], no_wrap=True)
            table.add_column(heads[3])
            for award in chapter.awards:
                table.add_row(
                    story.names[award.beneficiary_id],
                    format_yuan(award.amount_fen),
                    STATES[award.state][0 if zh else 1],
                    award.sentence_zh if zh else award.sentence_en,
                )
            console.print(table)
        else:
            console.print(f"[bold]{title}[/bold]")
        if chapter.vip is not None:
            money = chapter.vip
            words = CHINESE if zh else ENGLISH
            console.print(
                f"  {words[0]}: {words[1]} {format_yuan(money.pending_fen)} · "
                f"{words[2]} {format_yuan(money.cash_fen)} · {words[3]} {format_yuan(money.withdrawn_fen)} · "
                f"{words[4]} {format_yuan(money.receivable_fen)}\n"
            )
