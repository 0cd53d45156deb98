from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tongbao.apps.member_tasks.contracts import MemberTasksSettings
from tongbao.kit.manifest import AppManifest, Handles, MenuEntry, Runs, StorefrontPage
from tongbao.members.contracts import MemberJoined


class MemberTasksConfig(AppConfig):
    name = "tongbao.apps.member_tasks"
    label = "member_tasks"
    verbose_name = _("Tasks")
    default_auto_field = "django.db.models.BigAutoField"
    # What was earned and what it was earned with is written once.
    protected_tables = {
        "member_tasks_check_in": "SELECT, INSERT",
        "member_tasks_reward": "SELECT, INSERT",
        "member_tasks_claim": "SELECT, INSERT, DELETE",
    }
    manifest = AppManifest(
        key="member_tasks",
        title_zh="任务中心",
        title_en="Tasks",
        needs=("members", "points"),
        settings=MemberTasksSettings,
        routes="tongbao.apps.member_tasks.api:router",
        handlers=(Handles(event=MemberJoined, function="tongbao.apps.member_tasks.tasks:joined"),),
        schedules=(
            Runs(name="tidy", every=timedelta(days=1), function="tongbao.apps.member_tasks.tasks:tidy"),
        ),
        permissions=("member_tasks.define", "member_tasks.decide"),
        menu=(
            MenuEntry(
                title_zh="待审核投稿",
                title_en="Handed in",
                icon="rate_review",
                url_name="admin:member_tasks_submission_changelist",
            ),
            MenuEntry(
                title_zh="任务",
                title_en="Tasks",
                icon="task_alt",
                url_name="admin:member_tasks_taskdefinition_changelist",
            ),
            MenuEntry(
                title_zh="任务奖励",
                title_en="Rewards",
                icon="redeem",
                url_name="admin:member_tasks_reward_changelist",
            ),
        ),
        pages=(
            StorefrontPage(path="pages/index", title_zh="任务中心", title_en="Tasks", icon="verified"),
            StorefrontPage(path="pages/hand-in", title_zh="投稿", title_en="Hand in"),
            StorefrontPage(path="pages/rewards", title_zh="我的奖励", title_en="My rewards"),
        ),
    )
