"""Why there is no database, and what to do about it."""

from __future__ import annotations

from tongbao.kit.errors import DomainError


class EmbeddedServerMissing(DomainError):
    code = "embedded_server_missing"
    status = 503
    message_en = (
        "The embedded PostgreSQL isn't installed ({why}). Run `make setup`, or set DATABASE_URL to a "
        "PostgreSQL 15 or newer, for example postgresql://admin:secret@127.0.0.1:5432/tongbao."
    )
    message_zh = (
        "未安装内置 PostgreSQL({why})。请运行 make setup,或将 DATABASE_URL 设为 15 及以上版本的 PostgreSQL,"
        "例如 postgresql://admin:secret@127.0.0.1:5432/tongbao。"
    )


class EmbeddedServerFailed(DomainError):
    code = "embedded_server_failed"
    status = 503
    message_en = "The embedded PostgreSQL could not {step_en}. {detail} The whole log is in {log}."
    message_zh = "内置 PostgreSQL 无法{step_zh}。{detail} 完整日志见 {log}。"


class EmbeddedDataOfAnotherVersion(DomainError):
    code = "embedded_data_of_another_version"
    status = 503
    message_en = (
        "The data in {path} was made by PostgreSQL {made_by}, and {installed} is installed. With the earlier "
        "release of this project run `tongbao backup FILE`, move the folder away, and run `tongbao restore "
        "FILE` here."
    )
    message_zh = (
        "{path} 中的数据由 PostgreSQL {made_by} 创建,而当前安装的是 {installed}。请先用旧版本运行 "
        "tongbao backup FILE,移走该目录,再在此运行 tongbao restore FILE。"
    )


class DatabaseUrlInvalid(DomainError):
    code = "database_url_invalid"
    status = 503
    message_en = (
        "DATABASE_URL can't be used: {why}. Write it like postgresql://admin:secret@127.0.0.1:5432/tongbao, "
        "with an account that may create roles and databases."
    )
    message_zh = (
        "DATABASE_URL 无法使用:{why}。请写成 postgresql://admin:secret@127.0.0.1:5432/tongbao 的形式,"
        "并使用可创建角色和数据库的账号。"
    )


class DatabaseUnsuitable(DomainError):
    code = "database_unsuitable"
    status = 503
    message_en = "The PostgreSQL at {where} can't be used: {why}."
    message_zh = "{where} 的 PostgreSQL 无法使用:{why}。"


class ClientProgramMissing(DomainError):
    code = "client_program_missing"
    status = 503
    message_en = (
        "{program} of PostgreSQL {version} or newer isn't on this machine. Install PostgreSQL's client."
    )
    message_zh = "本机没有 PostgreSQL {version} 及以上版本的 {program}。请安装 PostgreSQL 客户端。"
